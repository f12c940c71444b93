import { DurableConnection, type DurableOptions } from "./durable.ts";

/** Reads the mark and, if it is the one, writes it again for the WAIT that follows. */
const SCRIPT = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'KEEPTTL')
return 1`;

/**
 * The end of a drain. The lane has written `value` to `key` on this side as the last of all; true when the server that
 * answers has it and so have its replicas. Then they have all that was copied before, and no failover loses it. False:
 * another server answered than the one that was written to; drain again. Rejects as DurableConnection does.
 */
export async function markIsDurable(
  options: DurableOptions,
  key: string,
  value: string,
): Promise<boolean> {
  const connection = new DurableConnection(options);
  try {
    return (await connection.ask(["EVAL", SCRIPT, 1, key, value])) === 1;
  } finally {
    connection.close();
  }
}
