import type { JobContext } from "../../automation/step.ts";
import type { RedisAddress } from "../../transfer/redis/connection.ts";
import { addressOf, type ServerReference } from "../cloud/redis.ts";

/** The server that a job's parameter refers to, with the password read here and kept in memory only. */
export async function serverIn(ctx: JobContext, parameter: string): Promise<RedisAddress> {
  return await addressOf(ctx.params[parameter] as ServerReference, ctx.env);
}

/** Both ends of a move: the job's parameters `source` and `target`. */
export async function bothServers(
  ctx: JobContext,
): Promise<{ source: RedisAddress; target: RedisAddress }> {
  const [source, target] = await Promise.all([serverIn(ctx, "source"), serverIn(ctx, "target")]);
  return { source, target };
}
