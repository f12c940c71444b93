import { failure } from "../../automation/errors.ts";
import type { Facts, StepContext, WorkStep } from "../../automation/step.ts";
import { applicationOf } from "../application/application.ts";
import { sourceReference } from "../cloud/redis.ts";
import { waitFor } from "../wait.ts";

/** Who looks in for a moment is gone by then. */
const LEAVING_MS = 5_000;
const LOOK_EVERY_MS = 500;

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
      const { writeCommands } = await ctx.mover.call("quiet", {
        server: await sourceReference(ctx),
      });
      return { application: remembered, writeCommands: writeCommands! };
    },
    undo: {
      title: "The application starts again as it was",
      run: async (ctx) => {
        if (ctx.checkpoint) await applicationOf(ctx).restore(ctx.checkpoint);
      },
    },
  };
}

/** Rejects when the source has executed a write since the application was stopped, or since the drain, which writes itself. */
export async function verifyStillQuiet(ctx: StepContext): Promise<Facts> {
  const counted = ctx.results["drain"] ?? ctx.results["stop-writes"]!;
  const before = counted["writeCommands"] as number;
  const now = await ctx.mover.call("writes", { server: await sourceReference(ctx) });
  const since = (now["writeCommands"] as number) - before;
  if (since === 0) return { writesSinceStop: 0 };
  throw sourceInUse(`has executed ${since} write commands`, now["clients"] as string);
}

/**
 * Rejects when anybody but the mover stays connected to the source: once the reverse tail writes there, writes prove
 * nothing. Who is there for a moment only, as a monitor that looks in, is no client.
 */
export async function verifyDeserted(ctx: StepContext): Promise<void> {
  const server = await sourceReference(ctx);
  let found = { strangers: 0, clients: "" };
  const wait = {
    what: "clients to leave the source",
    deadlineMs: LEAVING_MS,
    everyMs: LOOK_EVERY_MS,
    tooLate: () => sourceInUse(`has got ${found.strangers} clients`, found.clients),
  };
  await waitFor<true>(ctx, wait, async () => {
    found = (await ctx.mover.call("writes", { server })) as typeof found;
    return found.strangers === 0 ? { done: true } : { seen: found.clients };
  });
}

function sourceInUse(how: string, clients: string) {
  return failure(
    "source-in-use",
    `The source ${how} since the application was stopped; connected now: ${clients}.`,
    "",
    "Find who that was (the addresses above, scheduled jobs, consoles), stop it, and use `godwit resume RUN`.",
  );
}
