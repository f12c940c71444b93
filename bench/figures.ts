/** What several rounds gave. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Instead of a figure: why there is none. */
export interface Missing {
  readonly unavailable: string;
}

/** One figure, ours and the peers' beside it: the shape that `--json` prints. */
export interface Figure {
  readonly figure: string;
  readonly unit: string;
  readonly better: "more" | "less";
  readonly godwit: Spread | Missing;
  readonly peers: Readonly<Record<string, Spread | Missing>>;
}

/** What is measured: its name, unit and which way is better. */
export type Kind = Pick<Figure, "figure" | "unit" | "better">;

export const OURS = "godwit";

interface Row {
  readonly kind: Kind;
  readonly values: Map<string, number[] | Missing>;
}

/** Gathers the values of all rounds, figure by figure, in the order in which they first come. */
export class Measurements {
  readonly #rows = new Map<string, Row>();

  add(kind: Kind, who: string, value: number): void {
    const { values } = this.#row(kind);
    const before = values.get(who);
    if (Array.isArray(before)) before.push(value);
    else values.set(who, [value]);
  }

  /** There is no figure of `who`, because of this. */
  missing(kind: Kind, who: string, unavailable: string): void {
    this.#row(kind).values.set(who, { unavailable });
  }

  figures(): Figure[] {
    return [...this.#rows.values()].map(({ kind, values }) => {
      const told = [...values].map(([who, value]) => [who, summary(value)] as const);
      const { [OURS]: godwit = NOT_MEASURED, ...peers } = Object.fromEntries(told);
      return { ...kind, godwit, peers };
    });
  }

  #row(kind: Kind): Row {
    const row = this.#rows.get(kind.figure) ?? { kind, values: new Map() };
    this.#rows.set(kind.figure, row);
    return row;
  }
}

const NOT_MEASURED: Missing = { unavailable: "not measured" };

function summary(value: number[] | Missing): Spread | Missing {
  return Array.isArray(value) ? spread(value) : value;
}

/** @throws RangeError when there are no values */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError("a spread of no values");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = [(sorted.length - 1) >> 1, sorted.length >> 1].map((at) => sorted[at]!);
  const median = (middle[0]! + middle[1]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** The value below which `percent` of the sorted values lie (nearest rank); NaN when there are none. */
export function percentile(sorted: readonly number[], percent: number): number {
  const rank = Math.ceil((percent / 100) * sorted.length);
  return sorted[Math.max(0, rank - 1)] ?? NaN;
}

/** One figure as a line: `figure (unit, more is better): godwit 210,000 (190,000–220,000) · replicaof …`. */
export function line({ figure, unit, better, godwit, peers }: Figure): string {
  const all = Object.entries({ [OURS]: godwit, ...peers });
  const told = all.map(([who, value]) => `${who} ${valueText(value)}`);
  return `${figure} (${unit}, ${better} is better): ${told.join(" · ")}`;
}

function valueText(value: Spread | Missing): string {
  if ("unavailable" in value) return `– (${value.unavailable})`;
  const { median, min, max } = value;
  return min === max ? number(median) : `${number(median)} (${number(min)}–${number(max)})`;
}

function number(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}
