import { refusal } from "../../../automation/errors.ts";
import type { Facts, StepContext, WorkStep } from "../../../automation/step.ts";
import { applicationOf } from "../../application/application.ts";
import { rememberedApplication } from "../../application/remembered.ts";
import { checkApplication } from "../../cloud/applicationCheck.ts";
import { hasRelays } from "../../cloud/relays.ts";
import { targetOf } from "../../cloud/target.ts";
import { stackSettings } from "../../settings.ts";
import { bringStack } from "../stackUp.ts";

const ROTATION = "godwit:tokenRotation";

/**
 * Replaces the token that relays and mover knew: the new one is valid beside the old one while the application takes
 * it up, then alone. It has no way back, and needs none: the application has the new token by then.
 */
export function rotateToken(): WorkStep {
  return {
    kind: "work",
    id: "rotate-token",
    title: "Replace the token: add a new one, deploy it, drop the old one",
    effect: "A rolling deployment of the application; the token that the move used opens nothing.",
    expectedMs: 15 * 60_000,
    commands: [
      "aws elasticache modify-replication-group --auth-token … --auth-token-update-strategy ROTATE",
      "aws ecs update-service --force-new-deployment",
      "aws elasticache modify-replication-group --auth-token … --auth-token-update-strategy SET",
    ],
    check: refuseEarly,
    run: rotate,
    verify: async (ctx) => ({ request: await checkApplication(ctx) }),
  };
}

/** Relays and the tail hold connections of the old token, and the way back needs them. */
function refuseEarly(ctx: StepContext): Promise<void> {
  const { stage } = stackSettings(ctx);
  if (stage !== "settled" || hasRelays(ctx)) throw tooEarly(stage, hasRelays(ctx));
  return Promise.resolve();
}

/** Each part once: dropping the old token before every task has the new one would lock tasks out. */
async function rotate(ctx: StepContext): Promise<Facts> {
  const { added, deployed } = ctx.checkpoint ?? {};
  if (!added) {
    await bringStack(ctx, "rotate-token-add", { [ROTATION]: "added" });
    await ctx.save({ added: true });
  }
  if (!deployed) {
    const { bundle } = targetOf(ctx);
    await applicationOf(ctx).deploy(bundle, rememberedApplication(ctx), "target");
    await ctx.save({ added: true, deployed: true });
  }
  return await bringStack(ctx, "rotate-token-set", { [ROTATION]: "set" });
}

function tooEarly(stage: string, relays: boolean) {
  return refusal(
    "token-too-early",
    `The token would be rotated too early: ${relays ? "the relays are still there and use it" : `the stack is in stage ${stage}, in which tail and mover use it`}.`,
    "Rotate it when relays, tail and source are gone: the run does so after `delete-source`; use `godwit resume RUN`.",
    "The token is as it was.",
  );
}
