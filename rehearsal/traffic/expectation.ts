import type { LedgerEntry } from "./ledger.ts";

/** What may be found of one id, after everything that the ledger says of it. */
export interface Expected {
  /** Session: highest acknowledged sequence. Job: acknowledged writes. Score: acknowledged points. */
  readonly least: number;
  /** The same with all unknown outcomes counted as executed. */
  readonly most: number;
  /** When it was last acknowledged, in ms since the epoch. */
  readonly at: number;
}

export interface Expectation {
  readonly sessions: ReadonlyMap<string, Expected>;
  readonly jobs: ReadonlyMap<string, Expected>;
  readonly scores: ReadonlyMap<string, Expected>;
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
}

type Combine = (sum: number, value: number) => number;

const add: Combine = (sum, value) => sum + value;

/** Adds up a ledger: what must be found, and what may be. */
export async function expectationOf(entries: AsyncIterable<LedgerEntry>): Promise<Expectation> {
  const tables = {
    session: new Map<string, Expected>(),
    job: new Map<string, Expected>(),
    score: new Map<string, Expected>(),
  };
  const outcomes = { acknowledged: 0, refused: 0, unknown: 0 };
  for await (const entry of entries) {
    outcomes[entry.outcome]++;
    const combine = entry.kind === "session" ? Math.max : add;
    const table = tables[entry.kind];
    table.set(entry.id, extend(table.get(entry.id), entry, combine));
  }
  return { sessions: tables.session, jobs: tables.job, scores: tables.score, ...outcomes };
}

function extend(before: Expected | undefined, entry: LedgerEntry, combine: Combine): Expected {
  const { least, most, at } = before ?? { least: 0, most: 0, at: 0 };
  if (entry.outcome === "refused") return { least, most, at };
  const acknowledged = entry.outcome === "acknowledged";
  return {
    least: acknowledged ? combine(least, entry.value) : least,
    most: combine(most, entry.value),
    at: acknowledged ? entry.at : at,
  };
}
