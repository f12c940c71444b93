import type { RedisAddress } from "../redis/connection.ts";
import type { Deed } from "./actor.ts";
import { within } from "./deadline.ts";
import type { DriverAction, DriverEvent, DriverWork } from "./driverTypes.ts";
import { Fence, type Killed, type Strangers } from "./fence.ts";
import type { RelayLink } from "./links.ts";
import {
  DEFAULT_TIMING,
  unreachable,
  type Connections,
  type Decision,
  type Side,
  type Timing,
} from "./protocol.ts";
import type { DecisionRecord } from "./record.ts";
import type { Sentinel, Tails } from "./tails.ts";

/** What a driver works with. Whoever made links and record closes them; a session closes what it opens itself. */
export interface SwitchParts {
  /** Every relay through which a client can write. */
  readonly links: readonly RelayLink[];
  readonly record: DecisionRecord;
  /** How a side is reached. Asked for at each new connection, so that a moved name or a rotated token is found. */
  readonly address: (side: Side) => Promise<RedisAddress> | RedisAddress;
  /** Hosts that the relays' connections come from, as the servers see them. */
  readonly relayHosts: readonly string[];
  readonly timing?: Timing;
}

/** Starts the tails with the one toward this side applying, which begins with a full pass. */
export type StartTails = (toward: Side) => Promise<Tails>;

const OPEN_MS = 2_000;
const NOBODY: Strangers = { count: 0, hosts: [] };

/** Does what the driver's machine asks for and tells it what came of it. An answer to an earlier attempt is not told. */
export class Deeds {
  readonly #parts: SwitchParts;
  readonly #tell: (event: DriverEvent) => void;
  readonly #startTails: StartTails | undefined;
  #tails: Tails | undefined;
  #fence: Fence | undefined;
  #attempt = 0;
  #over = false;
  #giveUp = new AbortController();
  /** The relays' connections that may be spared in this attempt. */
  readonly #idle = new Map<string, Connections>();
  #sentinel: Sentinel | undefined;
  #strangers: Strangers = NOBODY;
  #equal = true;
  #failure: string | undefined;

  constructor(parts: SwitchParts, tails: Tails | StartTails, tell: (event: DriverEvent) => void) {
    this.#parts = parts;
    this.#tell = tell;
    if (typeof tails === "function") this.#startTails = tails;
    else this.#tails = tails;
  }

  /** What failed last in this attempt, in words. */
  get failure(): string | undefined {
    return this.#failure;
  }

  get strangers(): Strangers {
    return this.#fence?.strangers ?? this.#strangers;
  }

  /** The tail was last armed without a full pass. */
  get equal(): boolean {
    return this.#equal;
  }

  /**
   * Ahead of a hold: opens all that a switch from one side to the other needs. Rejects with who or what was not ready;
   * nothing has been touched then.
   */
  async prepare(from: Side, to: Side): Promise<void> {
    this.#attempt += 1;
    this.#over = false;
    this.#giveUp = new AbortController();
    this.#failure = undefined;
    this.#strangers = NOBODY;
    this.#equal = true;
    this.#idle.clear();
    await Promise.all([
      named("the tails", this.#tails!.prepare()),
      named(`the ${from}, for its fence`, this.#openFence(from)),
      ...this.#parts.links.map((link) => named(link.name, link.prepare(to))),
    ]);
  }

  /** A relay holds for the attempt under way, and nothing of it is on these connections any more. */
  held(relay: string, idle: Connections): void {
    this.#idle.set(relay, idle);
  }

  /** After a switch, and at the end: gives up what is under way and closes what was opened for it. */
  end(): void {
    this.#over = true;
    this.#giveUp.abort(new Error("the switch is over"));
    this.#dropFence();
  }

  perform(deed: Deed<DriverAction>): void {
    switch (deed.type) {
      case "send":
        return this.#parts.links.find(({ name }) => name === deed.relay)?.send(deed.message);
      case "read":
        return this.#ask("read", this.#parts.record.read());
      case "settle":
        return this.#ask("settled", this.#parts.record.settle(deed.epoch, deed.side));
      case "fence":
        return this.#timed("fenced", () => this.#raise());
      case "renew":
        return this.#timed("renewed", () => this.#fence?.renew() ?? lost());
      case "drain":
        return this.#work("drain", () => this.#drain());
      case "turn":
        return this.#work("turn", () => this.#tails!.turn());
      case "unfence":
        return void this.#unfence(deed.side, deed.kill);
      case "arm":
        return this.#work("arm", () => this.#arm(deed.toward, deed.equal));
      case "withdraw":
        return this.#giveUp.abort(new Error("the switch was withdrawn"));
      default:
        return unreachable(deed);
    }
  }

  #ask(type: "read" | "settled", answer: Promise<Decision | undefined>): void {
    const tell = this.#telling();
    answer.then(
      (decision) => tell({ type, decision }),
      (error: Error) => {
        this.#failure = `the decision record could not be asked: ${error.message}`;
        tell({ type: "recordFailed" });
      },
    );
  }

  #work(work: "drain" | "turn" | "arm", deed: () => Promise<void>): void {
    const done = ({ drain: "drained", turn: "turned", arm: "armed" } as const)[work];
    const tell = this.#telling();
    deed().then(
      () => tell({ type: done }),
      (error: Error) => this.#failed(work, error, tell),
    );
  }

  /** The lease is shorter by what it took to ask for it. */
  #timed(type: "fenced" | "renewed", deed: () => Promise<void>): void {
    const tell = this.#telling();
    const asked = performance.now();
    deed().then(
      () => tell({ type, tookMs: performance.now() - asked }),
      (error: Error) => {
        if (type === "fenced") this.#failed("fence", error, tell);
        else tell({ type: "fenceLost" });
      },
    );
  }

  async #unfence(side: Side, kill: boolean): Promise<void> {
    const tell = this.#telling();
    try {
      const fence = this.#fence ?? (await this.#openFence(side));
      const { unbroken } = await fence.lift(this.#whom(kill), [...this.#idle.values()]);
      this.#dropFence();
      tell({ type: "unfenced", unbroken });
    } catch (error) {
      this.#dropFence();
      this.#failed("unfence", error as Error, tell);
    }
  }

  /** Before our own tails are there, what is called as we are is a predecessor's, and its writes must not land late. */
  #whom(kill: boolean): Killed {
    if (!kill) return "nobody";
    return this.#tails ? "clients" : "everyone";
  }

  async #raise(): Promise<void> {
    if (!this.#fence) return lost();
    this.#sentinel = this.#tails!.expectSentinel();
    await this.#fence.raise(this.#sentinel);
  }

  async #drain(): Promise<void> {
    await this.#tails!.drain(this.#sentinel!, this.#giveUp.signal);
  }

  async #arm(toward: Side, equal: boolean): Promise<void> {
    this.#equal = equal;
    if (this.#tails) return this.#tails.arm(toward, equal);
    this.#tails = await this.#startTails!(toward);
  }

  async #openFence(side: Side): Promise<Fence> {
    this.#dropFence();
    const { relayHosts: relays, address, timing = DEFAULT_TIMING } = this.#parts;
    const tell = this.#telling();
    const onLost = (error: Error) => {
      this.#failure = `the fence of the ${side} was lost: ${error.message}`;
      if (this.#fence === fence) this.#dropFence();
      tell({ type: "fenceLost" });
    };
    const { leaseMs } = timing;
    const opening = Promise.resolve(address(side)).then((address) =>
      Fence.open({ address, relays, leaseMs, onLost }),
    );
    let fence: Fence | undefined;
    try {
      fence = await within(OPEN_MS, opening, "it did not answer");
    } catch (error) {
      void opening.then((late) => late.close()).catch(() => {}); // It never opened.
      throw error;
    }
    if (this.#over) fence.close();
    return (this.#fence = fence);
  }

  #dropFence(): void {
    if (!this.#fence) return;
    this.#strangers = this.#fence.strangers;
    this.#fence.close();
    this.#fence = undefined;
  }

  #failed(work: DriverWork, error: Error, tell: (event: DriverEvent) => void): void {
    this.#failure = `${WORDS[work]} failed: ${error.message}`;
    tell({ type: "workFailed", work });
  }

  /** Tells the machine as long as this attempt is the last. */
  #telling(): (event: DriverEvent) => void {
    const attempt = this.#attempt;
    return (event) => {
      if (attempt === this.#attempt) this.#tell(event);
    };
  }
}

const WORDS: Readonly<Record<DriverWork, string>> = {
  fence: "fencing",
  drain: "draining",
  turn: "turning the tails",
  unfence: "lifting the fence",
  arm: "starting the tail",
};

async function named(who: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    throw new Error(`${who} was not ready: ${(error as Error).message}`, { cause: error });
  }
}

function lost(): Promise<never> {
  return Promise.reject(new Error("its connection was lost"));
}
