import type { Side } from "../switch/protocol.ts";

/** What a relay remembers of what happened to it, and says of it: each thing once, until another comes. */
export class Journal {
  /** Times that a side could not be reached, or refused clients, when they were to be led there. */
  readonly failures: Record<Side, number> = { source: 0, target: 0 };
  recordFailures = 0;
  /** How long clients were held, altogether and in the last hold, in ms; not counting the wait of a relay that starts. */
  heldMs = 0;
  lastHoldMs: number | undefined;
  /** The clients have been let go for the first time. */
  served = false;
  readonly #log: (line: string) => void;
  readonly #said = new Map<"record" | Side, string>();

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  released(side: Side, heldMs: number): void {
    this.#said.clear();
    if (this.served) {
      this.lastHoldMs = heldMs;
      this.heldMs += heldMs;
      this.#log(`Serving the ${side}. Clients were held for ${Math.round(heldMs)} ms.`);
    } else this.#log(`Serving the ${side}.`);
    this.served = true;
  }

  sideFailed(side: Side, { message }: Error): void {
    this.failures[side] += 1;
    this.#say(
      side,
      `The ${side} cannot be used: ${message}. Clients that were to be led there wait until it can.`,
    );
  }

  recordFailed({ message }: Error): void {
    this.recordFailures += 1;
    this.#say(
      "record",
      `The decision record on the target cannot be asked: ${message}. Clients that are served go on; those that wait go on waiting.`,
    );
  }

  #say(topic: "record" | Side, line: string): void {
    if (this.#said.get(topic) !== line) this.#log(line);
    this.#said.set(topic, line);
  }
}
