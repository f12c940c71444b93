/**
 * Why a control connection was refused: it has another key or speaks no TLS; it sent what is no frame; it sent nothing
 * for too long; it means another relay; there are too many; it does not read its answers.
 */
export const REFUSALS = ["key", "frame", "silent", "name", "limit", "reader"] as const;
export type Refusal = (typeof REFUSALS)[number];

const SAY_EVERY_MS = 60_000;

const SENTENCES: Readonly<Record<Refusal, string>> = {
  key: "it does not have the control key, or speaks no TLS",
  frame: "it sent something else than godwit's lines",
  silent: "it said nothing",
  name: "it means another relay",
  limit: "there are too many",
  reader: "it does not read its answers",
};

/** Counts refused control connections by reason, and says so once a minute. */
export class Refusals {
  readonly counts = Object.fromEntries(REFUSALS.map((reason) => [reason, 0])) as Record<
    Refusal,
    number
  >;
  readonly #log: (line: string) => void;
  #unsaid = 0;
  #saidAt = -Infinity;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  count(reason: Refusal, from: string | undefined): void {
    this.counts[reason] += 1;
    this.#unsaid += 1;
    const now = performance.now();
    if (now - this.#saidAt < SAY_EVERY_MS) return;
    this.#saidAt = now;
    const others = this.#unsaid > 1 ? `, and ${this.#unsaid - 1} before it` : "";
    this.#log(
      `Refused a control connection from ${from ?? "an unknown address"}${others}: ${SENTENCES[reason]}.`,
    );
    this.#unsaid = 0;
  }
}
