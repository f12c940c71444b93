import { failure } from "../../../automation/errors.ts";
import type { StepContext, WorkStep } from "../../../automation/step.ts";
import { targetReference } from "../../cloud/redis.ts";
import { relaysOf } from "../../cloud/relays.ts";
import { stackUp } from "../stackUp.ts";
import { relaysServing } from "./relays.ts";

/** Has the relays serve the source, then brings those who connect by the private name onto them. */
export function pointAtRelay(): WorkStep {
  const pointing = stackUp({
    id: "point-at-relay",
    title: "Let the relays serve the source, and point the private name at their load balancer",
    effect: "Whoever resolves the private name gets the relays, which forward to the source.",
    expectedMs: 2 * 60_000,
    settings: () => ({ "godwit:stage": "relay" }),
    undo: {
      title: "The private name points at the source again",
      settings: { "godwit:stage": "prepare" },
    },
  });
  return {
    ...pointing,
    run: async (ctx) => {
      // A relay keeps its clients waiting until there is a record: nobody may be sent to it before.
      await beginRecord(ctx);
      await relaysServing(ctx, "source");
      return await pointing.run(ctx);
    },
  };
}

async function beginRecord(ctx: StepContext): Promise<void> {
  const { reference } = relaysOf(ctx);
  const last = await ctx.mover.call("beginRecord", {
    target: targetReference(ctx),
    relays: reference,
  });
  const { side, epoch } = last as { side?: string; epoch?: number };
  if (side !== "source") throw recordBegun(reference.move, side, epoch);
}

function recordBegun(move: string, side = "nobody", epoch = 0) {
  return failure(
    "record-begun",
    `The decision record \`godwit:switch:${move}\` on the target does not say that the source owns the traffic: it names ${side}, by epoch ${epoch}.`,
    "Nobody was brought onto the relays.",
    "It is of an earlier move, or somebody else has written it. If no other move to this target is under way, delete that key and use `godwit resume RUN`.",
  );
}
