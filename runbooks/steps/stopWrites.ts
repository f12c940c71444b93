import { setTimeout as delay } from "node:timers/promises";
import { failure } from "../../automation/errors.ts";
import type { Facts, StepContext, WorkStep } from "../../automation/step.ts";
import { RedisConnection, type RedisAddress } from "../../transfer/redis/connection.ts";
import { otherClients, writeCommands, type ClientEntry } from "../../transfer/redis/info.ts";
import { applicationOf } from "../application/application.ts";
import { sourceAddress } from "../cloud/redis.ts";

/** How long a server must be seen without clients and without a write before it counts as quiet. */
const QUIET_FOR_MS = 500;
const LOOK_EVERY_MS = 100;
const QUIET_DEADLINE_MS = 5 * 60_000;

/** Ends the application's tasks and proves that nobody writes to the source any more. */
export function stopWrites(): WorkStep {
  return {
    kind: "work",
    id: "stop-writes",
    title: "Stop the application and prove that nothing writes to the source",
    effect: "The application is down from here until it is deployed on the target.",
    expectedMs: 2 * 60_000,
    commands: [
      "aws ecs update-service --desired-count 0",
      "redis-cli CLIENT LIST",
      "redis-cli INFO commandstats",
    ],
    run: async (ctx) => {
      const application = applicationOf(ctx);
      const remembered = ctx.checkpoint ?? (await application.remember());
      await ctx.save(remembered);
      await application.stop();
      const writes = await provenQuiet(ctx, await sourceAddress(ctx));
      return { application: remembered, writeCommands: writes };
    },
    undo: {
      title: "The application starts again as it was",
      run: async (ctx) => {
        if (ctx.checkpoint) await applicationOf(ctx).restore(ctx.checkpoint);
      },
    },
  };
}

/** What the application was before it was stopped, as that step remembered it. */
export function rememberedApplication(ctx: StepContext): Facts {
  return ctx.results["stop-writes"]!["application"] as Facts;
}

/** Rejects when the source has executed a write since the application was stopped. */
export async function verifyStillQuiet(ctx: StepContext): Promise<Facts> {
  const before = ctx.results["stop-writes"]!["writeCommands"] as number;
  const connection = await RedisConnection.open(await sourceAddress(ctx));
  try {
    const now = await writeCommands(connection);
    if (now === before) return { writesSinceStop: 0 };
    throw wroteMeanwhile(now - before, await otherClients(connection));
  } finally {
    connection.close();
  }
}

/**
 * Waits until the server has no client but this one and has executed no write for a while; returns its count of
 * write commands, for later comparison. Rejects at the deadline, naming who is still connected.
 */
export async function provenQuiet(ctx: StepContext, address: RedisAddress): Promise<number> {
  const connection = await RedisConnection.open(address);
  const deadline = Date.now() + ctx.clock.deadline(QUIET_DEADLINE_MS);
  try {
    let count = await writeCommands(connection);
    for (let quietSince = Date.now(); Date.now() - quietSince < QUIET_FOR_MS;) {
      await delay(LOOK_EVERY_MS, undefined, { signal: ctx.signal });
      const [clients, now] = [await otherClients(connection), await writeCommands(connection)];
      if (clients.length === 0 && now === count) continue;
      if (Date.now() > deadline) throw stillConnected(clients);
      ctx.progress({ doing: `waiting for ${clients.length} clients to leave` });
      count = now;
      quietSince = Date.now();
    }
    return count;
  } finally {
    connection.close();
  }
}

function stillConnected(clients: readonly ClientEntry[]) {
  return failure(
    "still-connected",
    `${clients.length} clients are still connected to the source after the application was stopped: ${listed(clients)}.`,
    "",
    "Stop them too, or find out by their address what they are, and use `godwit resume RUN`.",
  );
}

function wroteMeanwhile(writes: number, clients: readonly ClientEntry[]) {
  return failure(
    "source-written",
    `The source has executed ${writes} write commands since the application was stopped${clients.length > 0 ? `; connected now: ${listed(clients)}` : ""}.`,
    "",
    "Find who wrote (the addresses above, scheduled jobs, consoles), stop it, and use `godwit resume RUN`.",
  );
}

function listed(clients: readonly ClientEntry[]): string {
  const first = clients
    .slice(0, 5)
    .map(({ addr, name, cmd }) => `${addr}${name && ` (${name})`} ${cmd}`);
  return first.join(", ") || "nobody, but writes go on";
}
