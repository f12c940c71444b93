import { GodwitError, refusal } from "../../automation/errors.ts";
import type { Facts, StepContext, WorkStep } from "../../automation/step.ts";
import { bothReferences, sourceReference } from "../cloud/redis.ts";
import { stackSettings } from "../settings.ts";
import { refuseUnsuitableServer } from "./suitability.ts";

const STATE =
  "The target's parts exist beside the source, which is untouched; `godwit abort RUN` takes them away.";

/** Something that a live copy could not carry, as the survey found it. */
interface Obstacle {
  readonly what: string;
  readonly next: string;
}

/** From the mover, asks the source itself what a snapshot could not carry over. */
export function surveySource(): WorkStep {
  return survey("Ask the source, from the mover, what could not be moved", inspectSource);
}

/** From the mover, looks at every key of the source and proves that the target can take it. */
export function surveyBoth(): WorkStep {
  return survey(
    "Prove, from the mover, that both ends are reached and that the target can take every key",
    async (ctx) => ({ ...(await inspectSource(ctx)), ...(await lookAtEveryKey(ctx)) }),
  );
}

function survey(title: string, look: (ctx: StepContext) => Promise<Facts>): WorkStep {
  return {
    kind: "work",
    id: "survey",
    title,
    effect: "Reads only, at a pace that the source does not feel.",
    expectedMs: 60_000,
    commands: ["redis-cli INFO", "redis-cli --bigkeys"],
    run: async (ctx) => {
      try {
        return await look(ctx);
      } catch (error) {
        throw afterPrepare(error);
      }
    },
    undo: { title: "Nothing to undo: it only reads" },
  };
}

async function inspectSource(ctx: StepContext): Promise<Facts> {
  const found = await ctx.mover.call("inspect", { server: await sourceReference(ctx) });
  const info = found["info"] as Readonly<Record<string, string>>;
  refuseUnsuitableServer(info, stackSettings(ctx).redis);
  return {
    version: info["redis_version"]!,
    keys: found["keys"]!,
    usedMemoryBytes: Number(info["used_memory"]),
    maxMemoryBytes: Number(info["maxmemory"]),
    evictionPolicy: info["maxmemory_policy"]!,
  };
}

async function lookAtEveryKey(ctx: StepContext): Promise<Facts> {
  const found = await ctx.mover.call("survey", await bothReferences(ctx));
  const { obstacles, ...facts } = found as unknown as { obstacles: readonly Obstacle[] };
  const [first] = obstacles;
  if (!first) return facts;
  throw refusal(
    "survey",
    `The source cannot be copied while it lives: ${obstacles.map(({ what }) => what).join(" ")}`,
    `${first.next} Or use \`--mode offline\`.`,
  );
}

/** A refusal says that nothing was changed; here the target's parts have been built. */
function afterPrepare(error: unknown): unknown {
  if (!(error instanceof GodwitError)) return error;
  return new GodwitError(error.exitCode, { ...error.explanation, state: STATE }, error);
}
