import { setTimeout as delay } from "node:timers/promises";
import { killAtPhase } from "../../../automation/phaseFaults.ts";
import { failure } from "../../../automation/errors.ts";
import type { Facts, JobContext } from "../../../automation/step.ts";
import type { RelayLink } from "../../../transfer/switch/links.ts";
import type { Side } from "../../../transfer/switch/protocol.ts";
import type { DecisionRecord } from "../../../transfer/switch/record.ts";
import {
  SwitchSession,
  type StartTails,
  type SessionOptions,
  type SwitchOutcome,
} from "../../../transfer/switch/session.ts";
import type { Term } from "../../../transfer/switch/term.ts";
import type { Tails } from "../../../transfer/switch/tails.ts";
import type { RelayReference } from "../../cloud/relays.ts";
import { linksTo } from "../relayLinks.ts";
import { openRecord } from "../relays.ts";

const ATTEMPTS = 3;
const PAUSE_MS = 1_000;

/** Whose switches are led: the job, the relays between, and the term in which its servers are written to. */
export interface Move {
  readonly ctx: JobContext;
  readonly relays: RelayReference;
  readonly term: Term;
}

/** Leads the switches of a move: the session with the relays, and all that it needs. */
export class Switching {
  readonly #session: SwitchSession;
  readonly #links: readonly RelayLink[];
  readonly #record: DecisionRecord;

  private constructor(
    session: SwitchSession,
    { links, record }: Pick<SessionOptions, "links" | "record">,
  ) {
    this.#session = session;
    this.#links = links;
    this.#record = record;
  }

  /** The first time, while the tail runs. */
  static async begin(move: Move, tails: Tails): Promise<Switching> {
    return await Switching.#open(move, (options) => SwitchSession.begin(options, tails));
  }

  /** After a start of the mover: the tail is started in the direction that the decision record asks for. */
  static async join(move: Move, startTails: StartTails): Promise<Switching> {
    return await Switching.#open(move, (options) => SwitchSession.join(options, startTails));
  }

  static async #open(
    { ctx, relays, term }: Move,
    open: (options: SessionOptions) => Promise<SwitchSession>,
  ): Promise<Switching> {
    const links = await linksTo(relays, ctx.env);
    const record = openRecord(ctx, relays.move);
    const parts = { links, record };
    try {
      const session = await open({
        ...parts,
        address: (side) => term.address(side),
        relayHosts: relays.nodes.map(({ address }) => address),
        onPhase: killAtPhase("mover", ctx.env),
        signal: ctx.signal,
      });
      return new Switching(session, parts);
    } catch (error) {
      closeAll(parts);
      throw error;
    }
  }

  /**
   * Takes the traffic to this side. What is withdrawn is tried again, as long as clients hardly feel it; rejects after
   * the last attempt with who and what was missing.
   */
  async switchTo(side: Side, signal: AbortSignal): Promise<Facts> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#session.switchTo(side);
      if (outcome.side === side) return factsOf(outcome, attempt);
      if (attempt === ATTEMPTS) throw withdrawn(side, outcome);
      await delay(PAUSE_MS, undefined, { signal });
    }
  }

  close(): void {
    this.#session.close();
    closeAll({ links: this.#links, record: this.#record });
  }
}

function closeAll({ links, record }: Pick<SessionOptions, "links" | "record">): void {
  for (const link of links) link.close();
  record.close();
}

function factsOf(outcome: SwitchOutcome, attempts: number): Facts {
  const { epoch, side, moved, heldMs, phasesMs, strangersKilled } = outcome;
  const phases = Object.entries(phasesMs).map(([phase, ms]) => [phase, tenths(ms)]);
  return {
    side,
    epoch,
    moved,
    attempts,
    heldMs: tenths(heldMs),
    phasesMs: Object.fromEntries(phases) as Record<string, number>,
    strangersKilled: strangersKilled.count,
    strangers: [...strangersKilled.hosts],
  };
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function withdrawn(wanted: Side, { side, epoch, withdrawn, untold }: SwitchOutcome) {
  const why = withdrawn?.detail ?? "it was decided otherwise";
  const silent =
    untold.length > 0 ? `${untold.join(" and ")} has not said so yet` : "every relay serves it";
  return failure(
    "switch-withdrawn",
    `The switch to the ${wanted} was withdrawn ${ATTEMPTS} times, the last time because ${why.replace(/\.+$/, "")}.`,
    `The traffic is on the ${side}, by decision ${epoch}, and ${silent}; nothing is lost.`,
    "Mend what is named and use `godwit resume RUN`. Clients waited up to 200 ms at each attempt.",
  );
}
