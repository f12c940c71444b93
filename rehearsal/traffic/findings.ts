import type { Expected, Expectation } from "./expectation.ts";

const NAMED = 20;
/** A session may expire a little before or after its time has passed on our clock. */
const EXPIRY_MARGIN_MS = 60_000;

/** What the data server holds of the traffic's ids. */
export interface Found {
  /** Sequence by session; absent: no such session. */
  readonly sessions: ReadonlyMap<string, number>;
  /** How often each job is in the queue, in a worker's hands or done. */
  readonly jobs: ReadonlyMap<string, number>;
  readonly scores: ReadonlyMap<string, number>;
}

/** What ledger and data disagree about; each list names 20 at most, the counts are exact. */
export interface Findings {
  readonly lostWrites: number;
  readonly duplicatedWrites: number;
  /** Found, though the client had been told that it was refused, or never sent. */
  readonly unexpectedWrites: number;
  readonly lost: readonly string[];
  readonly duplicated: readonly string[];
  readonly unexpected: readonly string[];
}

/**
 * Holds the ledger against the data: each acknowledged job exactly once, each session at its last
 * acknowledged write or a later one, each score between what was acknowledged and what was sent.
 */
export function compare(
  expected: Expectation,
  found: Found,
  sessionTtlMs: number,
  now: number = Date.now(),
): Findings {
  const disagreements = new Disagreements();
  for (const [id, want] of expected.sessions) {
    const expired = now - want.at > sessionTtlMs - EXPIRY_MARGIN_MS;
    const has = found.sessions.get(id);
    if (has === undefined && expired) continue;
    if ((has ?? 0) < want.least) disagreements.lost(`session ${id}`, want, has);
    if ((has ?? 0) > want.most) disagreements.unexpected(`session ${id}`, want, has);
  }
  for (const [id, want] of expected.jobs) {
    const has = found.jobs.get(id) ?? 0;
    if (has < want.least) disagreements.lost(`job ${id}`, want, has);
    if (has > 1) disagreements.duplicated(`job ${id}`, want, has);
    else if (has > want.most) disagreements.unexpected(`job ${id}`, want, has);
  }
  for (const [player, want] of expected.scores) {
    const has = found.scores.get(player) ?? 0;
    if (has < want.least) disagreements.lost(`score ${player}`, want, has);
    if (has > want.most) disagreements.duplicated(`score ${player}`, want, has);
  }
  return disagreements.findings();
}

class Disagreements {
  readonly #lost: string[] = [];
  readonly #duplicated: string[] = [];
  readonly #unexpected: string[] = [];

  lost(what: string, want: Expected, has: number | undefined): void {
    this.#lost.push(describe(what, want, has));
  }

  duplicated(what: string, want: Expected, has: number | undefined): void {
    this.#duplicated.push(describe(what, want, has));
  }

  unexpected(what: string, want: Expected, has: number | undefined): void {
    this.#unexpected.push(describe(what, want, has));
  }

  findings(): Findings {
    return {
      lostWrites: this.#lost.length,
      duplicatedWrites: this.#duplicated.length,
      unexpectedWrites: this.#unexpected.length,
      lost: this.#lost.slice(0, NAMED),
      duplicated: this.#duplicated.slice(0, NAMED),
      unexpected: this.#unexpected.slice(0, NAMED),
    };
  }
}

function describe(what: string, want: Expected, has: number | undefined): string {
  const range = want.least === want.most ? `${want.least}` : `${want.least} to ${want.most}`;
  return `${what}: expected ${range}, found ${has ?? "nothing"}`;
}
