import { Actor, type Deed } from "../switch/actor.ts";
import { DEFAULT_TIMING, unreachable, type Message, type Timing } from "../switch/protocol.ts";
import type { DecisionRecord } from "../switch/record.ts";
import {
  BOOTING,
  relayStep,
  type RelayAction,
  type RelayEvent,
  type RelayState,
} from "../switch/relay.ts";
import type { Traffic } from "./traffic.ts";

export interface ParticipantOptions {
  readonly traffic: Traffic;
  readonly record: DecisionRecord;
  readonly timing?: Timing | undefined;
  /** Tells every driver. */
  send(message: Message): void;
  recordFailed(error: Error): void;
  /** A phase was entered, and what it asks for has begun. */
  onPhase?: ((phase: RelayState["phase"]) => void) | undefined;
}

/** A relay's part in switches: the machine of docs/switch.md over real traffic, the real record, and drivers. */
export class Participant {
  readonly #options: ParticipantOptions;
  readonly #actor: Actor<RelayState, RelayEvent, RelayAction>;
  #ended = false;

  constructor(options: ParticipantOptions) {
    this.#options = options;
    const step = (state: RelayState, event: RelayEvent) => {
      const next = relayStep(state, event, options.timing ?? DEFAULT_TIMING);
      if (next.state.phase !== state.phase) this.#entered(next.state.phase);
      return next;
    };
    this.#actor = new Actor(BOOTING, step, (deed) => this.#perform(deed));
  }

  get state(): RelayState {
    return this.#actor.state;
  }

  start(): void {
    this.#tell({ type: "start" });
  }

  heard(message: Message): void {
    this.#tell({ type: "message", message });
  }

  /** Does nothing any more, whatever comes in. */
  end(): void {
    this.#ended = true;
    this.#actor.stop();
  }

  #tell(event: RelayEvent): void {
    if (!this.#ended) this.#actor.tell(event);
  }

  #perform(deed: Deed<RelayAction>): void {
    const { traffic, record, send } = this.#options;
    switch (deed.type) {
      case "send":
        return send(this.#told(deed.message));
      case "stop":
        return void this.#stop();
      case "release":
        return traffic.release(deed.side);
      case "read":
        return void this.#ask(async () => ({ type: "read", decision: await record.read() }));
      case "settle":
        return void this.#ask(async () => ({
          type: "settled",
          decision: await record.settle(deed.epoch, deed.side),
        }));
      case "keep":
        return void this.#ask(() => record.keep(deed.decision).then(() => ({ type: "kept" })));
      default:
        return unreachable(deed);
    }
  }

  /** With what only the traffic knows. */
  #told(message: Message): Message {
    return message.type === "held" ? { ...message, idle: this.#options.traffic.links() } : message;
  }

  async #stop(): Promise<void> {
    if (await this.#options.traffic.stop()) this.#tell({ type: "stopped" });
  }

  async #ask(question: () => Promise<RelayEvent>): Promise<void> {
    try {
      this.#tell(await question());
    } catch (error) {
      this.#options.recordFailed(error as Error);
      this.#tell({ type: "recordFailed" });
    }
  }

  #entered(phase: RelayState["phase"]): void {
    const { onPhase } = this.#options;
    if (onPhase) queueMicrotask(() => onPhase(phase));
  }
}
