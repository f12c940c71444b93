import { RedisConnection, type Command } from "../../../transfer/redis/connection.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";

/** Two real servers, and a connection of the test's own to each. */
export interface Pair {
  readonly source: RedisServer;
  readonly target: RedisServer;
  readonly onSource: RedisConnection;
  readonly onTarget: RedisConnection;
  /** Digests of all keys, values and expiries on both. */
  digests(): Promise<{ source: string; target: string }>;
  stop(): Promise<void>;
}

/** Starts both with `DEBUG DIGEST`; further flags go to one of them. */
export async function startPair(
  flags: { readonly source?: readonly string[]; readonly target?: readonly string[] } = {},
): Promise<Pair> {
  const start = (more: readonly string[] = []) =>
    startRedis("--enable-debug-command", "yes", ...more);
  const [source, target] = await Promise.all([start(flags.source), start(flags.target)]);
  const [onSource, onTarget] = await Promise.all([
    RedisConnection.open(source.address),
    RedisConnection.open(target.address),
  ]);
  return {
    source,
    target,
    onSource,
    onTarget,
    digests: async () => ({ source: await digest(onSource), target: await digest(onTarget) }),
    stop: async () => {
      onSource.close();
      onTarget.close();
      await Promise.all([source.stop(), target.stop()]);
    },
  };
}

/** `DEBUG DIGEST`: the same for equal content, whatever its encoding. */
async function digest(connection: RedisConnection): Promise<string> {
  return String(await connection.ask("DEBUG", "DIGEST"));
}

/** Runs commands in order; any refusal fails the test. */
export async function tell(connection: RedisConnection, ...commands: Command[]): Promise<void> {
  for (const command of commands) await connection.ask(...command);
}

/** Fills a database with `count` keys of one kind by a script; `body` sees `i` and `key`. */
export async function fill(
  connection: RedisConnection,
  count: number,
  body = "redis.call('SET', key, i)",
): Promise<void> {
  const loop = `for i = 1, ${count} do local key = 'key:' .. i; ${body} end`;
  await connection.ask("EVAL", loop, 0);
}
