import { GodwitError } from "../../automation/errors.ts";
import type { Facts, Progress, StepContext, WorkStep } from "../../automation/step.ts";
import { bothReferences } from "../cloud/redis.ts";
import type { SyncState } from "../jobs/sync.ts";
import { waitFor } from "../wait.ts";
import type { WayBack } from "./deployApplication.ts";
import { verifyDeserted, verifyStillQuiet } from "./stopWrites.ts";

const HOUR_MS = 3_600_000;
const COPY_DEADLINE_MS = 48 * HOUR_MS;
const LOOK_EVERY_MS = 500;
/** Name of the job that copies and tails; there is one a run. */
const SYNC = "sync";

/** Copies everything while clients write, and goes on following them until told to stop. */
export function copyLive(): WorkStep {
  return {
    kind: "work",
    id: "copy",
    title: "Copy every key while clients write, and follow what they change",
    effect:
      "The mover reads the source at a pace that its clients do not feel; the target becomes equal and stays so.",
    expectedMs: 10 * 60_000,
    run: async (ctx) => {
      await ctx.mover.start(SYNC, await bothReferences(ctx));
      return await whenLive(ctx);
    },
    undo: {
      title: "The copy stops; what it wrote goes with the target",
      run: async (ctx) => {
        await ctx.mover.stop(SYNC);
      },
    },
  };
}

/** Asks the tail for something that may take long; its state is the step's progress meanwhile. */
export async function askTail(ctx: StepContext, question: string, facts?: Facts): Promise<Facts> {
  await revive(ctx);
  const showing = setInterval(() => {
    // Progress is for the eye: what fails here fails in the question as well.
    void ctx.mover.state(SYNC).then(
      (state) => state && ctx.progress(progressOf(state as unknown as SyncState)),
      () => undefined,
    );
  }, LOOK_EVERY_MS);
  try {
    return await ctx.mover.ask(SYNC, question, facts);
  } finally {
    clearInterval(showing);
  }
}

/**
 * Starts a tail again that has failed: what it failed of may have been mended since. It finds its own checkpoint, so
 * it goes on in the direction that it had.
 */
async function revive(ctx: StepContext): Promise<void> {
  try {
    await ctx.mover.state(SYNC);
  } catch (error) {
    if (error instanceof GodwitError && error.explanation.code === "no-job") throw error;
    await ctx.mover.start(SYNC, await bothReferences(ctx));
  }
}

/** Waits until everything written before has arrived on the target. */
export function drain(): WorkStep {
  return {
    kind: "work",
    id: "drain",
    title: "Let what was written last arrive on the target",
    effect: "A sentinel written to the source has come through, and nothing changed is left.",
    expectedMs: 1_000,
    run: (ctx) => askTail(ctx, "drain"),
    undo: { title: "Nothing to undo: the tail goes on" },
  };
}

/** From here on the target is what is followed. */
export function turn(): WorkStep {
  return {
    kind: "work",
    id: "turn",
    title: "Turn the tail: from now on the source follows the target",
    effect:
      "What clients will write on the target flows back to the source, so that a rollback keeps it.",
    expectedMs: 1_000,
    check: async (ctx) => {
      // Turned already by an attempt that was killed, the tail itself writes to the source.
      const state = (await ctx.mover.state(SYNC)) as unknown as SyncState | undefined;
      if (state?.toward !== "source") await verifyStillQuiet(ctx);
    },
    run: (ctx) => askTail(ctx, "turn", { toward: "source" }),
    undo: {
      title: "The target follows the source again",
      run: async (ctx) => {
        await askTail(ctx, "turn", { toward: "target" });
      },
    },
  };
}

/** The way back ends here, unless `check` rejects first. */
export function stopTail(check?: (ctx: StepContext) => Promise<void>): WorkStep {
  return {
    kind: "work",
    id: "stop-tail",
    title: "Stop the tail that keeps the source equal",
    effect: "The source no longer gets what clients write: there is no way back without loss.",
    expectedMs: 1_000,
    ...(check && { check }),
    run: async (ctx) => (await ctx.mover.stop(SYNC)) ?? {},
  };
}

/** The reverse tail has brought everything back already: only its last writes are waited for. */
export const byTail: WayBack = {
  verifyUntouched: verifyDeserted,
  carryBack: async (ctx) => {
    await askTail(ctx, "drain");
    await askTail(ctx, "turn", { toward: "target" });
  },
};

/** Waits until the tail follows, in whichever direction. */
export async function tailLive(ctx: StepContext): Promise<void> {
  await revive(ctx);
  await whenLive(ctx);
}

async function whenLive(ctx: StepContext): Promise<Facts> {
  const wait = { what: "the copy", deadlineMs: COPY_DEADLINE_MS, everyMs: LOOK_EVERY_MS };
  return await waitFor<Facts>(ctx, wait, async () => {
    const state = (await ctx.mover.state(SYNC)) as unknown as SyncState | undefined;
    if (state?.phase === "live") return { done: { keys: state.keys, lagMs: state.lag.ms } };
    return state ? { seen: state.phase, progress: progressOf(state) } : { seen: "not begun" };
  });
}

function progressOf({ phase, keys, total, keysPerSecond, lag, compared }: SyncState): Progress {
  const behind = `${lag.keys} keys and ${Math.round(lag.ms)} ms behind`;
  if (compared !== undefined)
    return { doing: `comparing, the tail is ${behind}`, done: compared, total, unit: "keys" };
  const rate = `${Math.round(keysPerSecond).toLocaleString("en")} keys/s`;
  return { doing: `${phase}, ${rate}, ${behind}`, done: keys, total, unit: "keys" };
}
