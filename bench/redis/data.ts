import type { Command } from "../../transfer/redis/connection.ts";
import type { BenchServer } from "./servers.ts";

/** What a source holds. */
export interface Data {
  readonly name: string;
  /** About as many keys. */
  readonly keys: number;
  fill(server: BenchServer): Promise<void>;
}

/** A script that fills for longer would only block its server. */
const KEYS_A_SCRIPT = 20_000;

/** Strings of 64 bytes that do not compress, without expiry. */
export function plainStrings(keys: number): Data {
  const fill = `
    for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do
      local value = redis.sha1hex(i) .. string.sub(redis.sha1hex(i .. 'x'), 1, 24)
      redis.call('SET', 'key:' .. i, value)
    end`;
  return { name: "64 B strings", keys, fill: (server) => run(server, fill, keys) };
}

/**
 * All types: of a hundred keys 40 strings (a third with an expiry), 20 hashes, 15 sets, 15 sorted sets, 8 lists and 2
 * streams with a group; every twentieth hash and set is large enough to be kept as a hash table.
 */
export function mixedTypes(keys: number): Data {
  const fill = `
    for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do
      local kind, key, word = i % 100, 'mixed:' .. i, redis.sha1hex(i)
      local elements = (i % 2000 < 100) and 200 or 10
      if kind < 40 then
        redis.call('SET', key, word .. word)
        if kind % 3 == 0 then redis.call('PEXPIRE', key, 3600000 + i) end
      elseif kind < 60 then
        for e = 1, elements do redis.call('HSET', key, 'field' .. e, word) end
      elseif kind < 75 then
        for e = 1, elements do redis.call('SADD', key, e .. word) end
      elseif kind < 90 then
        for e = 1, 20 do redis.call('ZADD', key, e * 1.5 + i, word .. e) end
      elseif kind < 98 then
        for e = 1, 20 do redis.call('RPUSH', key, word .. e) end
      else
        for e = 1, 10 do redis.call('XADD', key, e .. '-1', 'field', word) end
        redis.call('XGROUP', 'CREATE', key, 'group', '0')
        redis.call('XREADGROUP', 'GROUP', 'group', 'consumer', 'COUNT', 3, 'STREAMS', key, '>')
      end
    end`;
  return { name: "mixed types", keys, fill: (server) => run(server, fill, keys) };
}

/** Names of what is easily lost in a copy. */
export const DELICATE = { expiring: 1_000, streams: 20 } as const;

/** Keys with expiries, streams whose groups have read, acknowledged and left things, and a function library. */
export function delicate(): Data {
  const fill = `
    for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do
      redis.call('SET', 'expiring:' .. i, i, 'PX', 3600000 + 37 * i)
    end
    for s = 1, ${DELICATE.streams} do
      local key = 'stream:' .. s
      for e = 1, 50 do redis.call('XADD', key, e .. '-1', 'field', e) end
      redis.call('XGROUP', 'CREATE', key, 'group', '0')
      redis.call('XREADGROUP', 'GROUP', 'group', 'consumer', 'COUNT', 30, 'STREAMS', key, '>')
      redis.call('XACK', key, 'group', '1-1', '2-1')
      redis.call('XDEL', key, '40-1', '50-1')
    end`;
  const library: Command = [
    "FUNCTION",
    "LOAD",
    "#!lua name=delicate\nredis.register_function('delicate', function() return 1 end)",
  ];
  return {
    name: "what is easily lost",
    keys: DELICATE.expiring + DELICATE.streams,
    fill: async (server) => {
      await run(server, fill, DELICATE.expiring);
      await server.ask(library);
    },
  };
}

async function run(server: BenchServer, script: string, keys: number): Promise<void> {
  for (let first = 1; first <= keys; first += KEYS_A_SCRIPT) {
    const last = Math.min(keys, first + KEYS_A_SCRIPT - 1);
    await server.ask(["EVAL", script, 0, first, last]);
  }
}
