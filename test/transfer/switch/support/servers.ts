import { RedisConnection, type RedisAddress } from "../../../../transfer/redis/connection.ts";
import type { RedisServer } from "../../../support/redisServer.ts";
import { until } from "../../../support/until.ts";

export async function command(address: RedisAddress, ...words: string[]): Promise<void> {
  await RedisConnection.use(address, (connection) => connection.ask(...words));
}

const FILL =
  "for i = ARGV[1], ARGV[2] do redis.call('SET', 'filling:' .. i, 'xxxxxxxxxxxxxxxx') end";
const FILL_AT_ONCE = 100_000;

/** Strings, some at a time: a script holds up everybody else. */
export async function fill({ address }: RedisServer, keys: number): Promise<void> {
  for (let first = 1; first <= keys; first += FILL_AT_ONCE)
    await command(address, "EVAL", FILL, "0", `${first}`, `${Math.min(first + FILL_AT_ONCE - 1, keys)}`); // prettier-ignore
}

/** Resolves when there are that many keys. */
export async function filled({ address }: RedisServer, keys: number): Promise<void> {
  await RedisConnection.use(address, (connection) =>
    until(async () => Number(await connection.ask("DBSIZE")) >= keys),
  );
}

/** Resolves when the follower acknowledges the leader's writes. */
export async function follow(follower: RedisServer, leader: RedisServer): Promise<void> {
  const { host, port } = leader.address;
  await command(follower.address, "REPLICAOF", host, String(port));
  await RedisConnection.use(leader.address, async (connection) => {
    await until(async () => {
      const [, acknowledged] = await connection.batch([["SET", "godwit:followed", "1"], ["WAIT", 1, 100]]); // prettier-ignore
      return acknowledged === 1;
    });
  });
}
