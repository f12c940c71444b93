import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { redisOptions } from "../../appkit/redis.ts";
import { readSettings } from "../app/settings.ts";
import type { World } from "../clouds/world.ts";
import { readApplicationData, waitForWorkers } from "./applicationData.ts";
import { expectationOf } from "./expectation.ts";
import { compare, type Findings } from "./findings.ts";
import { readLedger } from "./ledger.ts";

type CheckWorld = Pick<World, "names" | "authority" | "servers">;

const WORKERS_DEADLINE_MS = 10_000;
const CONNECT_DEADLINE_MS = 3_000;
const CONNECT_AGAIN_MS = 200;

export interface LedgerCheck extends Findings {
  /** Jobs that the workers had not finished. */
  readonly queued: number;
  readonly unknown: number;
  readonly refused: number;
}

/**
 * Checks a closed ledger against the data server that `env`, the environment of a task, leads to,
 * once the workers have finished the queue or had their time.
 * @throws Error when that server cannot be read.
 */
export async function checkLedger(
  world: CheckWorld,
  env: Readonly<Record<string, string>>,
  ledger: string,
): Promise<LedgerCheck> {
  const expected = await expectationOf(readLedger(ledger));
  const sessionTtlMs = readSettings(env).SESSION_TTL_SECONDS * 1_000;
  const redis = await connectAsTask(world, env);
  try {
    const queued = await waitForWorkers(redis, WORKERS_DEADLINE_MS);
    const findings = compare(expected, await readApplicationData(redis, expected), sessionTtlMs);
    return { ...findings, queued, unknown: expected.unknown, refused: expected.refused };
  } finally {
    redis.disconnect();
  }
}

/** The check is the twin's own and belongs to no machine that a gate would let through. */
function behindGate({ servers }: CheckWorld, address: string): string {
  return servers.list().find(({ host }) => host === address)?.behind ?? address;
}

/** Tries again for a while: a relay that has died is out of its balancer soon, and the next connection reaches another. */
async function connectAsTask(
  ...to: [world: CheckWorld, env: Readonly<Record<string, string>>]
): Promise<Redis> {
  const deadline = performance.now() + CONNECT_DEADLINE_MS;
  for (;;) {
    try {
      return await connectOnce(...to);
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await pause(CONNECT_AGAIN_MS);
    }
  }
}

/** The certificate is verified against the name that the task would verify, whatever the address. */
async function connectOnce(
  world: CheckWorld,
  env: Readonly<Record<string, string>>,
): Promise<Redis> {
  const { host = "", tls, ...options } = redisOptions(env);
  const redis = new Redis({
    ...options,
    host: behindGate(world, world.names.resolve(host) ?? host),
    ...(tls && { tls: { ...tls, ca: readFileSync(world.authority.caFile) } }),
    connectionName: "ledger",
    lazyConnect: true,
    retryStrategy: null,
  });
  let cause: Error | undefined;
  redis.on("error", (error) => (cause = error));
  try {
    await redis.connect();
    return redis;
  } catch (error) {
    const { message } = cause ?? (error as Error);
    throw new Error(
      `The ledger cannot be checked: the application's data server ${host} does not answer ` +
        `(${message}). The ledger is kept; check again when the server is back.`,
      { cause: error },
    );
  }
}
