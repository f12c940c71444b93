import { failure } from "../../automation/errors.ts";
import type { Json, StepContext, Verification, WorkStep } from "../../automation/step.ts";
import { compareServers, type Comparison } from "../../transfer/redis/verify.ts";
import { sourceAddress, targetAddress } from "../cloud/redis.ts";

/** Every key of both sides, with its value and its expiry. Fails when a single one differs. */
export function compareData(): WorkStep {
  return {
    kind: "work",
    id: "verify-data",
    title: "Compare every key of source and target, both ways",
    effect: "Reads both servers; changes nothing. Fails if one key, value or expiry differs.",
    expectedMs: 2 * 60_000,
    run: async (ctx) => ({ ...(await compareBoth(ctx)) }),
    undo: { title: "Nothing to undo: it only reads" },
  };
}

/** Compares the run's source and target and puts the outcome into the evidence; rejects on any difference. */
export async function compareBoth(ctx: StepContext): Promise<Verification> {
  const [source, target] = await Promise.all([sourceAddress(ctx), targetAddress(ctx)]);
  const comparison = await compareServers(source, target, {
    signal: ctx.signal,
    onProgress: (done) => ctx.progress({ doing: "comparing", done, unit: "keys" }),
  });
  const { source: onSource, target: onTarget, differences } = comparison;
  await ctx.record("verification", `redis:${ctx.attempt}`, {
    what: "redis",
    source: onSource,
    target: onTarget,
    differences,
    sample: comparison.sample as unknown as Json,
  });
  if (differences > 0) throw differ(comparison);
  return { what: "redis", source: onSource, target: onTarget, differences };
}

function differ({ differences, source, target, sample }: Comparison) {
  const first = sample.map(({ db, kind, keyDigest }) => `db ${db} key ${keyDigest}: ${kind}`);
  return failure(
    "data-differs",
    `${differences} keys differ between the source (${source} keys) and the target (${target} keys): ${first.slice(0, 5).join("; ")}.`,
    "",
    "Keys are named by the first 16 digits of their SHA-256. If something still writes, stop it and use `godwit resume RUN`.",
  );
}
