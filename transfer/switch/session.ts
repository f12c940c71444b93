import { Actor } from "./actor.ts";
import { within } from "./deadline.ts";
import { Deeds, type StartTails, type SwitchParts } from "./deeds.ts";
import { driverStep, drivingFrom, JOINING, type Driving } from "./driver.ts";
import type { DriverAction, DriverEvent, DriverState, DriverStep } from "./driverTypes.ts";
import {
  DEFAULT_TIMING,
  other,
  type Decision,
  type Message,
  type Side,
  type Timing,
} from "./protocol.ts";
import type { Tails } from "./tails.ts";
import { already, SwitchTrace, type SwitchOutcome } from "./trace.ts";
import { withdrawalInWords } from "./words.ts";

export type { StartTails, SwitchParts } from "./deeds.ts";
export type { SwitchOutcome } from "./trace.ts";

type Phase = DriverState["phase"];

export interface SessionOptions extends SwitchParts {
  /** Told of every phase as it is entered, before anything is done in it. Must not throw. */
  readonly onPhase?: (phase: Phase) => void;
  /** What `join` waits for at most, in ms. Default 60 s. */
  readonly joinMs?: number;
  /** Ends `join` with its reason. */
  readonly signal?: AbortSignal;
}

/** What a switch is prepared within, in ms: clients' second connections, the opposite tail. */
const PREPARE_MS = 30_000;
/** What relays have to answer after a decision, and fence and tail to be in order. */
const TOLD_MS = 5_000;
const ENDED_MS = 60_000;

/**
 * Leads switches of one move: holds the relays, fences, drains, decides and puts the tails in order. One session of a
 * move at a time runs tails; its caller sees to that. docs/switch.md has the protocol.
 */
export class SwitchSession {
  readonly #options: SessionOptions;
  readonly #timing: Timing;
  readonly #deeds: Deeds;
  readonly #actor: Actor<DriverState, DriverEvent, DriverAction>;
  readonly #driving: Driving;
  readonly #waiting = new Set<() => void>();
  #state: DriverState;
  #before: DriverState;
  #owner: Decision | undefined;
  #trace: SwitchTrace | undefined;
  #closed = false;

  private constructor(options: SessionOptions, tails: Tails | StartTails, state: DriverState) {
    this.#options = options;
    this.#timing = options.timing ?? DEFAULT_TIMING;
    this.#driving = { relays: options.links.map(({ name }) => name), timing: this.#timing };
    this.#deeds = new Deeds(options, tails, (event) => this.#tell(event));
    this.#state = this.#before = state;
    if ("owner" in state) this.#owner = state.owner;
    this.#actor = new Actor(
      state,
      (state, event: DriverEvent) => this.#step(state, event),
      (deed) => {
        if (deed.type === "withdraw") this.#withdrawn(deed.why);
        this.#deeds.perform(deed);
      },
    );
    for (const link of options.links) link.onMessage((message) => this.#heard(link.name, message));
  }

  /**
   * The first session of a move: its tails have run in this process all along and no other driver was before it.
   * Rejects when the record does not answer, names nobody, or names the side that the tails write to.
   */
  static async begin(options: SessionOptions, tails: Tails): Promise<SwitchSession> {
    const owner = await options.record.read();
    if (!owner) throw noRecord();
    if (owner.side === tails.toward) {
      throw new Error(
        `The traffic is on the ${owner.side} by the decision record, and the tail writes to the ${tails.toward} too. ` +
          "Nothing was switched. Stop this tail and join, so that the record says which way it goes.",
      );
    }
    return new SwitchSession(options, tails, drivingFrom(owner));
  }

  /**
   * After a start that may have had a predecessor: closes what it left open, kills what it left queued, then calls
   * `startTails`. Until then no tail may run: only the record knows which way. Resolves when all is in order; rejects
   * after `joinMs`, and with the signal's reason.
   */
  static async join(options: SessionOptions, startTails: StartTails): Promise<SwitchSession> {
    const { joinMs = ENDED_MS, signal } = options;
    signal?.throwIfAborted();
    const session = new SwitchSession(options, startTails, JOINING);
    options.onPhase?.("joining");
    const close = () => session.close();
    signal?.addEventListener("abort", close);
    session.#tell({ type: "start" });
    const joined = await session.#until(() => session.#state.phase === "idle", joinMs);
    signal?.removeEventListener("abort", close);
    signal?.throwIfAborted();
    if (joined) {
      session.#deeds.end();
      return session;
    }
    const { phase } = session.#state;
    const why = session.#deeds.failure ?? "it has not been begun on the target";
    session.close();
    throw new Error(
      `The switch could not be taken over within ${joinMs} ms: it stood at ${phase}, and ${why}. ` +
        "The relays serve by the decision record, without a tail to the other side. Mend this and start again.",
    );
  }

  /** Who owns the traffic, as far as this session knows; only the record decides. */
  get owner(): Decision {
    return this.#owner!;
  }

  /**
   * Takes the traffic to this side. Prepares everything first, without touching a client. Resolves when the relays
   * serve and the tail is in order, also when the switch was withdrawn and all stays as it was: `withdrawn` tells why.
   * Rejects when a switch is under way or the session is closed, and when it is decided but fence or tail cannot be
   * put in order; the error names the decision.
   */
  async switchTo(side: Side): Promise<SwitchOutcome> {
    if (this.#closed) throw new Error("The session is closed; join again, then switch.");
    if (this.#trace || this.#state.phase !== "idle")
      throw new Error(`A switch is under way (${this.#state.phase}). Wait for its end, then ask again.`); // prettier-ignore
    if (this.owner.side === side) return already(this.owner, this.#untold);
    const trace = (this.#trace = new SwitchTrace());
    try {
      return await this.#switch(trace, this.owner.side, side);
    } finally {
      this.#trace = undefined;
      if (this.#state.phase === "idle") this.#deeds.end();
    }
  }

  /** Ends at once. Relays that hold find out by their own deadline; links, record and tails stay as they are. */
  close(): void {
    this.#closed = true;
    this.#actor.stop();
    this.#deeds.end();
    for (const look of this.#waiting) look();
  }

  async #switch(trace: SwitchTrace, from: Side, to: Side): Promise<SwitchOutcome> {
    try {
      await within(PREPARE_MS, this.#deeds.prepare(from, to), "not everything was ready");
    } catch (error) {
      trace.withdrawn = { why: "unprepared", detail: (error as Error).message };
      return trace.outcome(this.owner, from, this.#untold);
    }
    trace.prepared();
    this.#tell({ type: "switch" });
    if (!(await this.#until(() => this.#state.phase === "idle", ENDED_MS))) throw this.#unended();
    await this.#until(() => this.#untold.length === 0, TOLD_MS);
    trace.strangers = this.#deeds.strangers;
    trace.equal = this.#deeds.equal;
    if (this.owner.side === from) trace.withdrawn ??= this.#decidedOtherwise();
    return trace.outcome(this.owner, from, this.#untold);
  }

  #heard(relay: string, message: Message): void {
    const attempt = "attempt" in this.#state ? this.#state.attempt.epoch : undefined;
    if (message.type === "held" && message.epoch === attempt && message.idle)
      this.#deeds.held(relay, message.idle);
    this.#tell({ type: "message", relay, message });
  }

  #tell(event: DriverEvent): void {
    if (!this.#closed) this.#actor.tell(event);
  }

  #step(state: DriverState, event: DriverEvent): DriverStep {
    const step = driverStep(state, event, this.#driving);
    this.#before = state;
    this.#state = step.state;
    if ("owner" in step.state) this.#owner = step.state.owner;
    if (state.phase !== step.state.phase) {
      this.#trace?.changed(state.phase, step.state.phase);
      this.#options.onPhase?.(step.state.phase);
    }
    if ("untold" in step.state && step.state.untold.length === 0) this.#trace?.told();
    for (const look of this.#waiting) look();
    return step;
  }

  #withdrawn(why: Parameters<typeof withdrawalInWords>[0]): void {
    const { failure } = this.#deeds;
    const detail = withdrawalInWords(
      why,
      this.#before,
      this.#driving.relays,
      this.#timing,
      failure,
    );
    if (this.#trace) this.#trace.withdrawn ??= { why, detail };
  }

  /** Relays that have not said that they serve by the last decision. */
  get #untold(): readonly string[] {
    return "untold" in this.#state ? this.#state.untold : [];
  }

  #decidedOtherwise(): SwitchOutcome["withdrawn"] {
    return {
      why: "already-decided",
      detail: `a relay or another driver decided epoch ${this.owner.epoch} for the ${this.owner.side} before this one could`,
    };
  }

  #unended(): Error {
    const { epoch, side } = this.owner;
    const why = this.#deeds.failure ?? "something did not answer";
    return new Error(
      `The switch has not ended after ${ENDED_MS / 1_000} s: it stands at ${this.#state.phase}, and ${why}. ` +
        `The last decision known here is ${epoch}: the traffic is on the ${side}, which relays ask the record for; ` +
        `the tail to the ${other(side)} may not run. The session goes on trying. Look at both servers, then ask for the state again.`,
    );
  }

  /** Whether it came so within the time. */
  async #until(isSo: () => boolean, ms: number): Promise<boolean> {
    if (isSo()) return true;
    return await new Promise((resolve) => {
      const end = (so: boolean) => {
        clearTimeout(late);
        this.#waiting.delete(look);
        resolve(so);
      };
      const look = () => {
        if (isSo()) end(true);
        else if (this.#closed) end(false);
      };
      const late = setTimeout(() => end(false), ms);
      this.#waiting.add(look);
    });
  }
}

function noRecord(): Error {
  return new Error(
    "There is no decision record on the target: it is begun when the relays are put in. Nothing was switched. Put the relays in first.",
  );
}
