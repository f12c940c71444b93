import { createReadStream, openSync, writeSync, fsyncSync, closeSync } from "node:fs";
import { createInterface } from "node:readline";

/**
 * What a client knows of a write it sent: `acknowledged`, `refused` (certainly not executed), or
 * `unknown` (the answer was lost, or was an error that leaves it open).
 */
export type Outcome = "acknowledged" | "refused" | "unknown";

/** `session`: `value` is its sequence number; `job`: 1; `score`: the points added to a player. */
export type WriteKind = "session" | "job" | "score";

export interface LedgerEntry {
  readonly outcome: Outcome;
  readonly kind: WriteKind;
  readonly id: string;
  readonly value: number;
  /** When the outcome was known, in ms since the epoch. */
  readonly at: number;
}

const SIGNS: Readonly<Record<Outcome, string>> = { acknowledged: "+", refused: "-", unknown: "?" };
const OUTCOMES = new Map(
  Object.entries(SIGNS).map(([outcome, sign]) => [sign, outcome as Outcome]),
);
const FLUSH_MS = 50;

/** An append-only file with one line a write. */
export class LedgerWriter {
  readonly #file: number;
  readonly #timer: NodeJS.Timeout;
  #lines = "";

  constructor(path: string) {
    this.#file = openSync(path, "a", 0o600);
    this.#timer = setInterval(() => this.#flush(), FLUSH_MS);
  }

  add({ outcome, kind, id, value, at }: LedgerEntry): void {
    this.#lines += `${SIGNS[outcome]} ${kind} ${id} ${value} ${at}\n`;
  }

  /** Everything added is on the disk when this returns. */
  close(): void {
    clearInterval(this.#timer);
    this.#flush();
    fsyncSync(this.#file);
    closeSync(this.#file);
  }

  #flush(): void {
    if (this.#lines === "") return;
    writeSync(this.#file, this.#lines);
    this.#lines = "";
  }
}

/**
 * The entries of a ledger in the order in which they were added.
 * @throws Error naming the first line that is none.
 */
export async function* readLedger(path: string): AsyncGenerator<LedgerEntry> {
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const [sign = "", kind, id, value, at] = line.split(" ");
    const outcome = OUTCOMES.get(sign);
    if (outcome === undefined || at === undefined) {
      throw new Error(`The ledger ${path} is damaged: "${line}" is no entry.`);
    }
    yield { outcome, kind: kind as WriteKind, id: id!, value: Number(value), at: Number(at) };
  }
}
