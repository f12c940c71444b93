import type { Facts, StepContext, WorkStep } from "../../../automation/step.ts";
import { applicationOf } from "../../application/application.ts";
import { rememberedApplication } from "../../application/remembered.ts";
import { checkApplication } from "../../cloud/applicationCheck.ts";
import { relaysOf } from "../../cloud/relays.ts";
import { targetOf } from "../../cloud/target.ts";
import { onlyRelays, relaysServing, relaysUnused } from "./relays.ts";

/** The application speaks TLS to the target itself; afterwards nobody needs the relays. */
export function leaveRelay(): WorkStep {
  return {
    kind: "work",
    id: "deploy-application",
    title: "Deploy the application with TLS and token, directly on the target",
    effect: "A rolling deployment; when it is through, no client uses the relays any more.",
    expectedMs: 5 * 60_000,
    movesTraffic: true,
    commands: ["aws ecs register-task-definition", "aws ecs update-service --task-definition …"],
    check: async (ctx) => {
      await relaysServing(ctx, "target");
    },
    run: leave,
    verify: async (ctx) => {
      const request = await checkApplication(ctx);
      await relaysUnused(ctx);
      return { request, clientsOfRelays: 0 };
    },
    undo: {
      title: "A rolling deployment back onto the relays, which forward to the target",
      run: comeBack,
    },
  };
}

async function leave(ctx: StepContext): Promise<Facts> {
  await ctx.save({ leaving: true });
  const { bundle } = targetOf(ctx);
  const deployed = await applicationOf(ctx).deploy(bundle, rememberedApplication(ctx), "target");
  return { ...deployed, servingSince: Date.now() };
}

/** The relays must have everybody before they can take anybody back to the source. */
async function comeBack(ctx: StepContext): Promise<void> {
  if (!ctx.checkpoint?.["leaving"]) return;
  await relaysServing(ctx, "target");
  await applicationOf(ctx).deploy(relaysOf(ctx).bundle, rememberedApplication(ctx), "relay");
  await onlyRelays(ctx, "target");
}
