import { failure } from "../../automation/errors.ts";
import type { Json, StepContext, Verification, WorkStep } from "../../automation/step.ts";
import { RedisConnection } from "../../transfer/redis/connection.ts";
import { serverInfo } from "../../transfer/redis/info.ts";
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
    check: async (ctx) => {
      const connection = await RedisConnection.open(await targetAddress(ctx));
      try {
        assertNothingEvicted(await serverInfo(connection));
      } finally {
        connection.close();
      }
    },
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

/** Fails for a server that had to drop keys for want of memory, or is about to: the cause is plainer than each lost key. */
export function assertNothingEvicted(info: Readonly<Record<string, string>>): void {
  const [evicted, used, max] = ["evicted_keys", "used_memory", "maxmemory"].map((name) =>
    Number(info[name]),
  ) as [number, number, number];
  if (evicted === 0 && (max === 0 || used < max)) return;
  const has = evicted > 0 ? `has evicted ${evicted} keys` : "has no memory left";
  throw failure(
    "target-evicts",
    `The target ${has}: it uses ${used} of ${max} bytes (maxmemory, ${info["maxmemory_policy"]}), which is too little for the source's data.`,
    "",
    "Set a larger `godwit:redis.nodeType`, for example cache.r6g.large, and use `godwit resume RUN`: the target is restored from a new snapshot.",
  );
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
