/** Keys that the tail's clients write again and again. */
export const HOT_KEYS = 1_000;

export function hotKey(i: number): string {
  return `hot:${i}`;
}

/** Keys that the observer watches: a tenth, so that watching does not disturb what is measured. */
export const WATCHED = "hot:*7";

/** What a hot key holds: which write of this key it is, when that was, and when the one before. */
export interface HotValue {
  readonly round: number;
  readonly at: number;
  readonly before: number;
}

export function valueOf({ round, at, before }: HotValue): string {
  return `${round} ${at} ${before}`;
}

export function parseValue(text: string): HotValue {
  const [round = 0, at = 0, before = 0] = text.split(" ").map(Number);
  return { round, at, before };
}

/** ms since 1970 with fractions: processes of one machine agree on it. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
