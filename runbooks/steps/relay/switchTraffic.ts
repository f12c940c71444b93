import type { Facts, StepContext, WorkStep } from "../../../automation/step.ts";
import type { Side } from "../../../transfer/switch/protocol.ts";
import { relaysOf } from "../../cloud/relays.ts";
import type { ReachedRelay } from "../../jobs/relays.ts";
import { compareWhileLive } from "../compareData.ts";
import { askTail, tailLive } from "../tail.ts";
import { onlyRelays, reachRelays, relaysServing } from "./relays.ts";

/**
 * Takes the traffic to the target, all relays as one. The way back is the same switch in the other direction: what
 * clients write on the target meanwhile flows back to the source.
 */
export function switchTraffic(): WorkStep {
  return {
    kind: "work",
    id: "switch",
    title: "Switch the relays to the target",
    effect:
      "Clients see one slow answer of at most 250 ms; from then on they write to the target, and the source follows it. A switch that cannot be finished in time leaves everybody on the source.",
    expectedMs: 10_000,
    movesTraffic: true,
    check: async (ctx) => {
      await reachRelays(ctx);
      await tailLive(ctx);
      await onlyRelays(ctx, "source");
    },
    run: async (ctx) => {
      // Without this mark there is nothing to take back.
      await ctx.save({ asked: true });
      return await switchTo(ctx, "target");
    },
    undo: {
      title: "The relays are switched to the source, which has everything written since",
      run: async (ctx) => {
        if (!ctx.checkpoint?.["asked"]) return;
        await reachRelays(ctx);
        await tailLive(ctx);
        await switchTo(ctx, "source");
        await compareWhileLive(ctx);
      },
    },
  };
}

/** The mover leads the switch, and asks the decision record first: what has been decided is not done again. */
async function switchTo(ctx: StepContext, side: Side): Promise<Facts> {
  const asked = { side, relays: relaysOf(ctx).reference };
  const before = await reachRelays(ctx);
  await askTail(ctx, "prepareSwitch", asked);
  const switched = await askTail(ctx, "switch", asked);
  const after = await relaysServing(ctx, side);
  const relays = heldBy(after);
  // A mover that was killed on the way does not know how long it took, and one that led it sees no client; the relays do.
  const heldMs = Math.max(switched["heldMs"] as number, ...Object.values(relays));
  const facts = { ...switched, heldMs, closed: closedBetween(before, after), relays };
  await ctx.record("step.fact", `switch:${switched["epoch"] as number}`, {
    what: "switch",
    ...facts,
  });
  return facts;
}

/** How long each relay's own clients waited, in ms. */
function heldBy(relays: readonly ReachedRelay[]): Readonly<Record<string, number>> {
  const held = relays.filter(({ lastHoldMs }) => lastHoldMs !== undefined);
  return Object.fromEntries(held.map(({ name, lastHoldMs }) => [name, lastHoldMs!]));
}

/** Clients that the relays closed meanwhile, by reason. A relay that was started anew counts from nothing. */
function closedBetween(
  before: readonly ReachedRelay[],
  after: readonly ReachedRelay[],
): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { name, startedAt, closed } of after) {
    const earlier = before.find((relay) => relay.name === name && relay.startedAt === startedAt);
    for (const [reason, count] of Object.entries(closed)) {
      const more = count - (earlier?.closed[reason] ?? 0);
      if (more > 0) sums[reason] = (sums[reason] ?? 0) + more;
    }
  }
  return sums;
}
