import type { Strangers } from "./fence.ts";
import type { DriverState, Withdrawal } from "./driverTypes.ts";
import type { Side } from "./protocol.ts";

type Phase = DriverState["phase"];

/** What came of a switch that was asked for. */
export interface SwitchOutcome {
  /** The decision by which the relays serve now. */
  readonly epoch: number;
  /** Who owns the traffic. */
  readonly side: Side;
  /** The traffic went from one side to the other. */
  readonly moved: boolean;
  /** It was there before, so nothing was done. */
  readonly already: boolean;
  /** Why the traffic stays where it was; all is as before, and the switch may be asked for again. */
  readonly withdrawn?: { readonly why: Withdrawal | "unprepared"; readonly detail: string };
  /** From the first hold sent until the last relay said that it serves: what clients waited at most, in ms. */
  readonly heldMs: number;
  /** How long each phase took, in ms; `telling` is from the decision to the last relay that serves by it. */
  readonly phasesMs: Readonly<Partial<Record<Phase | "preparing" | "telling", number>>>;
  /** Clients on the losing side that were neither relays nor ours, before the hold's end and at its end. */
  readonly strangersKilled: Strangers;
  /** The fence held all the time, so the tail knows every change since the sides were equal. False: it begins with a full pass. */
  readonly unbroken: boolean;
  /** Relays that have not said that they serve by this decision: they hold, or are gone. */
  readonly untold: readonly string[];
}

/** Times and findings of one switch. */
export class SwitchTrace {
  readonly #phasesMs: Partial<Record<Phase | "preparing" | "telling", number>> = {};
  #enteredAt = performance.now();
  #heldSince: number | undefined;
  #heldUntil: number | undefined;
  #decidedAt: number | undefined;
  strangers: Strangers = { count: 0, hosts: [] };
  equal = true;
  withdrawn: SwitchOutcome["withdrawn"];

  prepared(): void {
    this.#phasesMs.preparing = this.#sinceEntered();
  }

  /** The driver has left one phase for another. */
  changed(from: Phase, to: Phase): void {
    const spent = this.#sinceEntered();
    if (from !== "idle") this.#phasesMs[from] = (this.#phasesMs[from] ?? 0) + spent;
    if (to === "holding") this.#heldSince = this.#enteredAt;
    const decided = to === "unfencing" || to === "arming" || to === "idle";
    if (decided) this.#decidedAt ??= this.#enteredAt;
  }

  /** Every relay serves by the decision. */
  told(): void {
    if (this.#decidedAt !== undefined) this.#heldUntil ??= performance.now();
  }

  outcome(
    decision: { epoch: number; side: Side },
    from: Side,
    untold: readonly string[],
  ): SwitchOutcome {
    // prettier-ignore
    const until = this.#heldUntil ?? performance.now();
    const telling = this.#heldSince === undefined ? {} : { telling: until - this.#decidedAt! };
    return {
      ...decision,
      moved: decision.side !== from,
      already: false,
      ...(decision.side === from && this.withdrawn && { withdrawn: this.withdrawn }),
      heldMs: this.#heldSince === undefined ? 0 : until - this.#heldSince,
      phasesMs: { ...this.#phasesMs, ...telling },
      strangersKilled: this.strangers,
      unbroken: this.equal,
      untold,
    };
  }

  #sinceEntered(): number {
    const now = performance.now();
    const spent = now - this.#enteredAt;
    this.#enteredAt = now;
    return spent;
  }
}

/** What a switch found that was already as asked. */
export function already(
  decision: { epoch: number; side: Side },
  untold: readonly string[],
): SwitchOutcome {
  // prettier-ignore
  return {
    ...decision,
    moved: false,
    already: true,
    heldMs: 0,
    phasesMs: {},
    strangersKilled: { count: 0, hosts: [] },
    unbroken: true,
    untold,
  };
}
