import type { OutputMap } from "@pulumi/pulumi/automation/index.js";
import type { Facts, Json, StepContext, WorkStep } from "../../automation/step.ts";
import { writeSettings } from "../../automation/stack/settings.ts";
import { destroy, up, type Update, type UpdateRequest } from "../../automation/stack/update.ts";
import { findExisting } from "../cloud/find.ts";

type Settings = Readonly<Record<string, string | undefined>>;

export interface StackUp {
  readonly id: string;
  readonly title: string;
  readonly effect: string;
  readonly expectedMs: number;
  /** Settings of the stack that this step changes; `undefined` removes one. */
  settings(ctx: StepContext): Settings;
  check?(ctx: StepContext): Promise<void>;
  verify?(ctx: StepContext): Promise<Facts>;
  /** Settings that take it back, or `destroy` for the step that builds everything. Absent: irreversible. */
  readonly undo?: { readonly title: string; readonly settings: Settings | "destroy" };
}

/**
 * A step that changes infrastructure: writes settings into `Pulumi.<stack>.yaml` and brings the stack to them, so
 * that a plain `pulumi up` of the same stack changes nothing afterwards. Its result holds the stack's plain outputs.
 */
export function stackUp(spec: StackUp): WorkStep {
  const { id, title, effect, expectedMs, undo } = spec;
  return {
    kind: "work",
    id,
    title,
    effect,
    expectedMs,
    commands: ["pulumi up"],
    ...(spec.check && { check: spec.check.bind(spec) }),
    run: async (ctx) => await bringStack(ctx, id, spec.settings(ctx)),
    ...(spec.verify && { verify: spec.verify.bind(spec) }),
    ...(undo && {
      undo: {
        title: undo.title,
        run: async (ctx) => {
          if (undo.settings === "destroy") await tearDown(ctx, id);
          else await bringStack(ctx, `${id}-undo`, undo.settings, true);
        },
      },
    }),
  };
}

/** Writes settings and brings the stack to them. `name` tells the update from others of the same step, in the evidence. */
export async function bringStack(
  ctx: StepContext,
  name: string,
  settings: Settings,
  allowOlderStage = false,
): Promise<Facts> {
  writeSettings(ctx.environment.workDir, ctx.stack, settings);
  const started = Date.now();
  const update = await up({ ...requestOf(ctx), allowOlderStage });
  await recordUpdate(ctx, name, settings, update, Date.now() - started);
  const outputs = plainOutputs(update.outputs);
  if (outputs["monthlyCost"]) await ctx.record("cost", "monthly", outputs["monthlyCost"] as Facts);
  return { outputs };
}

async function tearDown(ctx: StepContext, name: string): Promise<void> {
  const started = Date.now();
  const update = await destroy(requestOf(ctx));
  await recordUpdate(ctx, `${name}-undo`, {}, update, Date.now() - started);
}

function requestOf(ctx: StepContext): UpdateRequest {
  return {
    environment: ctx.environment,
    stack: ctx.stack,
    signal: ctx.signal,
    resumed: ctx.attempt > 1,
    find: findExisting(ctx.environment.env),
    onProgress: (progress) => ctx.progress(progress),
  };
}

async function recordUpdate(
  ctx: StepContext,
  name: string,
  settings: Settings,
  update: Pick<Update, "changes" | "repaired">,
  durationMs: number,
): Promise<void> {
  const facts: Record<string, Json> = {
    stage: settings["godwit:stage"] ?? "unchanged",
    changes: { ...update.changes },
    durationMs,
  };
  if (update.repaired) facts["repaired"] = { ...update.repaired };
  await ctx.record("stack.update", `${name}:${ctx.attempt}`, facts);
}

function plainOutputs(outputs: OutputMap): Facts {
  const plain = Object.entries(outputs).filter(([, output]) => !output.secret);
  return Object.fromEntries(plain.map(([name, output]) => [name, output.value as Json]));
}
