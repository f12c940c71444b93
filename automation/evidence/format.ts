/** Figures and times as people read them. The same on every machine: no locale, no time zone but UTC. */

/** `128400` → `128,400`. */
export function count(value: number): string {
  const [whole = "", fraction] = String(value).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction ? `${grouped}.${fraction}` : grouped;
}

/** A duration in ms: `8.4 ms`, `340 ms`, `12.4 s`, `3 min 05 s`, `2 h 05 min`, `1 d 00 h`. */
export function duration(ms: number): string {
  if (ms < 10 && !Number.isInteger(ms)) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return pair(seconds, 60, "min", "s");
  const minutes = Math.round(seconds / 60);
  return minutes < 24 * 60
    ? pair(minutes, 60, "h", "min")
    : pair(Math.round(minutes / 60), 24, "d", "h");
}

/** `2026-11-21T11:16:04.123Z` → `2026-11-21 11:16:04 UTC`. */
export function moment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** An amount of money a month: `$24.82`, `EUR 24.82`, `−$3.00`. */
export function money(amount: number, currency: string): string {
  const symbol = currency === "USD" ? "$" : `${currency} `;
  return `${amount < 0 ? "−" : ""}${symbol}${Math.abs(amount).toFixed(2)}`;
}

/** `plural(2, "key")` → `2 keys`. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

function pair(value: number, base: number, large: string, small: string): string {
  const rest = String(value % base).padStart(2, "0");
  return `${Math.floor(value / base)} ${large} ${rest} ${small}`;
}
