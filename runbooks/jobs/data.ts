import type { Facts, Job, JobContext, Json } from "../../automation/step.ts";
import { RedisConnection, type RedisAddress } from "../../transfer/redis/connection.ts";
import { copyServer } from "../../transfer/redis/copy.ts";
import { serverInfo } from "../../transfer/redis/info.ts";
import { compareServers, type Comparison } from "../../transfer/redis/verify.ts";
import { assertNothingEvicted } from "../steps/suitability.ts";
import { bothServers } from "./reference.ts";

/** Compares `source` and `target` by content, both ways, while nobody writes. */
export const compare: Job = async (ctx) => {
  const { source, target } = await bothServers(ctx);
  await refuseEviction(target);
  return factsOf(await compareServers(source, target, comparing(ctx)));
};

/** Makes `target` hold exactly what `source` holds, while nobody writes to either. */
export const copy: Job = async (ctx) => {
  const { source, target } = await bothServers(ctx);
  return await copyServer(source, target, {
    signal: ctx.signal,
    onProgress: (done) => ctx.progress({ doing: "copying", done, unit: "keys" }),
  });
};

function comparing(ctx: JobContext) {
  return {
    signal: ctx.signal,
    onProgress: (done: number) => ctx.progress({ doing: "comparing", done, unit: "keys" }),
  };
}

/** What a comparison may tell outside the mover: figures and masked names. */
export function factsOf(comparison: Comparison): Facts {
  const { source, target, differences, sample } = comparison;
  return { source, target, differences, sample: sample as unknown as Json };
}

/** Fails for a target that has dropped keys for want of memory. */
export async function refuseEviction(target: RedisAddress): Promise<void> {
  assertNothingEvicted(await RedisConnection.use(target, serverInfo));
}
