import { copyServer } from "../../transfer/redis/copy.ts";
import type { StepContext, WorkStep } from "../../automation/step.ts";
import { applicationOf } from "../application/application.ts";
import { checkApplication } from "../cloud/applicationCheck.ts";
import { sourceAddress, targetAddress } from "../cloud/redis.ts";
import { targetOf } from "../cloud/target.ts";
import { compareBoth } from "./compareData.ts";
import { provenQuiet, rememberedApplication, verifyStillQuiet } from "./stopWrites.ts";

/** Starts the application with TLS and token on the target. From here on clients write there. */
export function deployApplication(): WorkStep {
  return {
    kind: "work",
    id: "deploy-application",
    title: "Deploy the application with TLS and token on the target",
    effect: "The application is up again, on the target. The outage ends here.",
    expectedMs: 5 * 60_000,
    movesTraffic: true,
    commands: ["aws ecs register-task-definition", "aws ecs update-service --task-definition …"],
    check: async (ctx) => {
      await verifyStillQuiet(ctx);
    },
    run: async (ctx) => {
      // Without this mark the undo must not take the target for newer than the source.
      await ctx.save({ moved: true });
      const { bundle } = targetOf(ctx);
      const deployed = await applicationOf(ctx).deploy(bundle, rememberedApplication(ctx));
      return { ...deployed, servingSince: Date.now() };
    },
    verify: async (ctx) => ({ request: await checkApplication(ctx) }),
    undo: {
      title:
        "The application stops, what was written since is copied back to the source, and it starts as it was",
      run: returnToSource,
    },
  };
}

/**
 * Runs again after a kill without harm: once the source has everything back, it is never overwritten again, since
 * from then on the application writes there.
 */
async function returnToSource(ctx: StepContext): Promise<void> {
  const { moved, copying, returned } = ctx.checkpoint ?? {};
  if (!moved) return;
  if (!returned) {
    await applicationOf(ctx).stop();
    // What this very copy has written to the source counts as writes, too.
    if (!copying) await verifyStillQuiet(ctx);
    await ctx.save({ moved: true, copying: true });
    await copyBack(ctx);
    await ctx.save({ moved: true, returned: true });
  }
  await applicationOf(ctx).restore(rememberedApplication(ctx));
}

async function copyBack(ctx: StepContext): Promise<void> {
  const [source, target] = [await sourceAddress(ctx), await targetAddress(ctx)];
  await provenQuiet(ctx, target);
  await copyServer(target, source, {
    signal: ctx.signal,
    onProgress: (done) => ctx.progress({ doing: "copying back to the source", done, unit: "keys" }),
  });
  await compareBoth(ctx);
}
