import { expect } from "chai";
import { setTimeout as delay } from "node:timers/promises";
import { RedisConnection, type RedisAddress } from "../../../../transfer/redis/connection.ts";
import { compareServers } from "../../../../transfer/redis/verify.ts";

/** A key that is about to expire may be gone on one side when the other is asked. */
const EXPIRY_MS = 50;
/**
 * For the same reason digests are asked for again, but not for longer than this: a key of ours that a cut connection
 * left on the source lives for ten seconds.
 */
const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 50;

/** Two servers, one of which must hold what the other holds. */
export interface Ends {
  readonly source: { readonly address: RedisAddress };
  readonly target: { readonly address: RedisAddress };
}

/** Fails unless both servers hold the same, by our own comparison and by the servers' digests. */
export async function expectEqual({ source, target }: Ends): Promise<void> {
  const { differences, sample } = await compareServers(source.address, target.address, {
    expiryToleranceMs: EXPIRY_MS,
  });
  expect({ differences, sample }).to.deep.equal({ differences: 0, sample: [] });
  const deadline = performance.now() + PATIENCE_MS;
  let digests = await digestsOf([source.address, target.address]);
  while (digests[0] !== digests[1] && performance.now() < deadline) {
    await delay(LOOK_EVERY_MS);
    digests = await digestsOf([source.address, target.address]);
  }
  expect(digests[1]).to.equal(digests[0]);
}

async function digestsOf(servers: readonly RedisAddress[]): Promise<string[]> {
  return await Promise.all(
    servers.map(async (address) => {
      const connection = await RedisConnection.open(address);
      const digest = String(await connection.ask("DEBUG", "DIGEST"));
      connection.close();
      return digest;
    }),
  );
}
