import { Actor } from "../../../../transfer/switch/actor.ts";
import type { RelayLink } from "../../../../transfer/switch/links.ts";
import type { Message, Side, Timing } from "../../../../transfer/switch/protocol.ts";
import type { DecisionRecord } from "../../../../transfer/switch/record.ts";
import {
  BOOTING,
  relayStep,
  type RelayAction,
  type RelayEvent,
  type RelayState,
} from "../../../../transfer/switch/relay.ts";

/** A relay's part in a switch, in this process and without clients, and the driver's link to it in one. */
export class LocalRelay implements RelayLink {
  readonly name: string;
  /** Where it leads its clients; undefined while it holds them. */
  serves: Side | undefined;
  /** Messages in either direction are lost. */
  cut = false;
  /** It never stops: a reply does not come. */
  stuck = false;
  preparation: Promise<void> = Promise.resolve();
  readonly #record: DecisionRecord;
  readonly #actor: Actor<RelayState, RelayEvent, RelayAction>;
  readonly #listeners: ((message: Message) => void)[] = [];

  constructor(name: string, record: DecisionRecord, timing: Timing) {
    this.name = name;
    this.#record = record;
    this.#actor = new Actor<RelayState, RelayEvent, RelayAction>(
      BOOTING,
      (state, event) => relayStep(state, event, timing),
      (deed) => this.#perform(deed),
    );
    this.#actor.tell({ type: "start" });
  }

  get phase(): RelayState["phase"] {
    return this.#actor.state.phase;
  }

  send(message: Message): void {
    if (!this.cut) setImmediate(() => this.#actor.tell({ type: "message", message }));
  }

  onMessage(listen: (message: Message) => void): void {
    this.#listeners.push(listen);
  }

  async prepare(): Promise<{ ready: number; failed: number }> {
    await this.preparation;
    return { ready: 0, failed: 0 };
  }

  status(): Promise<never> {
    return Promise.reject(new Error("it has none"));
  }

  close(): void {
    this.#actor.stop();
    this.#record.close();
  }

  #perform(deed: Exclude<RelayAction, { type: "startTimer" | "stopTimer" }>): void {
    switch (deed.type) {
      case "send":
        if (!this.cut) for (const listen of this.#listeners) listen(deed.message);
        return;
      case "stop":
        this.serves = undefined;
        if (!this.stuck) this.#actor.tell({ type: "stopped" });
        return;
      case "release":
        this.serves = deed.side;
        return;
      case "read":
        return this.#ask(this.#record.read().then((decision) => ({ type: "read", decision })));
      case "settle":
        return this.#ask(this.#record.settle(deed.epoch, deed.side).then((decision) => ({ type: "settled", decision }))); // prettier-ignore
      case "keep":
        return this.#ask(this.#record.keep(deed.decision).then(() => ({ type: "kept" })));
    }
  }

  #ask(answer: Promise<RelayEvent>): void {
    answer.then(
      (event) => this.#actor.tell(event),
      () => this.#actor.tell({ type: "recordFailed" }),
    );
  }
}
