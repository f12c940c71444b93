import type { StepContext, WorkStep } from "../../automation/step.ts";
import { applicationOf } from "../application/application.ts";
import { rememberedApplication } from "../application/remembered.ts";
import { checkApplication } from "../cloud/applicationCheck.ts";
import { bothReferences, targetReference } from "../cloud/redis.ts";
import { targetOf } from "../cloud/target.ts";
import { compareBoth } from "./compareData.ts";
import { verifyStillQuiet } from "./stopWrites.ts";

/** Brings what clients wrote on the target back to the source, while nobody writes to either. */
export type CarryBack = (ctx: StepContext) => Promise<void>;

export interface WayBack {
  /** Proves that the source holds nothing that the target does not have. */
  verifyUntouched(ctx: StepContext): Promise<unknown>;
  readonly carryBack: CarryBack;
}

/**
 * Starts the application with TLS and token on the target. From here on clients write there; the way back keeps what
 * they wrote.
 */
export function deployApplication({ verifyUntouched, carryBack }: WayBack): WorkStep {
  return {
    kind: "work",
    id: "deploy-application",
    title: "Deploy the application with TLS and token on the target",
    effect: "The application is up again, on the target. The outage ends here.",
    expectedMs: 5 * 60_000,
    movesTraffic: true,
    commands: ["aws ecs register-task-definition", "aws ecs update-service --task-definition …"],
    check: async (ctx) => {
      await verifyUntouched(ctx);
    },
    run: async (ctx) => {
      // Without this mark the undo must not take the target for newer than the source.
      await ctx.save({ moved: true });
      const { bundle } = targetOf(ctx);
      const deployed = await applicationOf(ctx).deploy(
        bundle,
        rememberedApplication(ctx),
        "target",
      );
      return { ...deployed, servingSince: Date.now() };
    },
    verify: async (ctx) => ({ request: await checkApplication(ctx) }),
    undo: {
      title:
        "The application stops, what was written since is on the source before it starts there as it was",
      run: (ctx) => returnToSource(ctx, carryBack),
    },
  };
}

/**
 * Runs again after a kill without harm: once the source has everything back, it is never overwritten again, since
 * from then on the application writes there.
 */
async function returnToSource(ctx: StepContext, carryBack: CarryBack): Promise<void> {
  const { moved, carrying, returned } = ctx.checkpoint ?? {};
  if (!moved) return;
  if (!returned) {
    await applicationOf(ctx).stop();
    await ctx.mover.call("quiet", { server: targetReference(ctx) });
    await ctx.save({ moved: true, carrying: true });
    await carryBack({ ...ctx, checkpoint: { carrying: carrying ?? false } });
    await compareBoth(ctx);
    await ctx.save({ moved: true, returned: true });
  }
  await applicationOf(ctx).restore(rememberedApplication(ctx));
}

/** Without a tail: everything is copied back. */
export const byCopying: WayBack = { verifyUntouched: verifyStillQuiet, carryBack: copyBack };

async function copyBack(ctx: StepContext): Promise<void> {
  // What an interrupted copy has written to the source counts as writes, too.
  if (!ctx.checkpoint?.["carrying"]) await verifyStillQuiet(ctx);
  const { source, target } = await bothReferences(ctx);
  await ctx.mover.call("copy", { source: target, target: source });
}
