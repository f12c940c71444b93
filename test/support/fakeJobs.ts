import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { refusal } from "../../automation/errors.ts";
import type { Job, Runbook, WorkStep } from "../../automation/step.ts";
import { effect, fakeHost, fakeStep } from "./fakeRunbook.ts";

const LOOK_EVERY_MS = 5;

/** Jobs whose effects are lines in `<folder>/effects`, so that another process can count them. */
export function fakeJobs(folder: string): Readonly<Record<string, Job>> {
  return {
    /** Gives back what it was given. */
    echo: async (ctx) => {
      ctx.progress({ doing: "echoing" });
      return { ...ctx.params, attempt: ctx.attempt };
    },
    refuses: () => Promise.reject(refusal("too-big", "It is too big.", "Make it smaller.")),
    /** Waits until the file that `until` names is there. */
    waits: async (ctx) => {
      const file = ctx.params["until"] as string;
      effect(folder, `${file} begins`);
      try {
        ctx.publish({ waiting: true });
        while (!existsSync(join(folder, file)))
          await delay(LOOK_EVERY_MS, undefined, { signal: ctx.signal });
        return { attempt: ctx.attempt, checkpoint: ctx.checkpoint ?? null };
      } finally {
        effect(folder, `${file} ends`);
      }
    },
    /** Adds the numbers below `units`, one durable step each. */
    adds: async (ctx) => {
      let { next = 0, sum = 0 } = (ctx.checkpoint ?? {}) as { next?: number; sum?: number };
      for (; next < Number(ctx.params["units"]);) {
        effect(folder, `unit ${next}`);
        sum += next;
        next += 1;
        await ctx.save({ next, sum });
        ctx.publish({ next });
        await delay(LOOK_EVERY_MS, undefined, { signal: ctx.signal });
      }
      return { sum, attempt: ctx.attempt };
    },
    /** Counts until it is stopped; fails when it is asked to. */
    counts: async (ctx) => {
      let count = Number(ctx.checkpoint?.["count"] ?? 0);
      let fail: (error: Error) => void = () => undefined;
      const failed = new Promise<never>((_, reject) => (fail = reject));
      failed.catch(() => undefined);
      ctx.answer({
        where: async (facts) => ({ ...facts, count }),
        fail: async () => {
          await ctx.save({ count });
          fail(new Error("was asked to"));
          return {};
        },
        slow: async () => {
          effect(folder, "slow begins");
          await delay(20);
          effect(folder, "slow ends");
          return {};
        },
      });
      while (!ctx.signal.aborted) {
        ctx.publish({ count: count++ });
        await Promise.race([delay(1), failed]);
      }
      return { count, stopped: ctx.stopped() };
    },
  };
}

export async function fakeRunbook(folder: string): Promise<Runbook> {
  return { ...(await fakeHost([]).runbook("fake")), jobs: fakeJobs(folder) };
}

/** A step that calls the job `waits` until there is a file `go`. */
export function callingStep(folder: string): WorkStep {
  return fakeStep(folder, "calls", { run: (ctx) => ctx.mover.call("waits", { until: "go" }) });
}
