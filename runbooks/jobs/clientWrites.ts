import type { RedisConnection } from "../../transfer/redis/connection.ts";
import { writeCommands } from "../../transfer/redis/info.ts";
import { termsTaken } from "../../transfer/switch/term.ts";

/**
 * Write commands that a source has executed since it started, without those by which movers of this run began their
 * terms: a mover that starts again must not look like a client that writes.
 */
export async function clientWrites(connection: RedisConnection, run: string): Promise<number> {
  return (await writeCommands(connection)) - (await termsTaken(connection, run));
}
