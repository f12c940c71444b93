import type { StepContext, WorkStep } from "../../automation/step.ts";
import { soakMs, sourceClusterId, stackSettings } from "../settings.ts";
import { snapshotName } from "./snapshot.ts";
import { stackUp } from "./stackUp.ts";
import { validateRetired } from "./validate.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Relays end by themselves, so that none is forgotten: this long after the soak, which a gate may precede and follow. */
const RELAYS_OUTLIVE_SOAK_MS = 14 * DAY_MS;

/** Builds everything beside the source. */
export function prepare(title: string, expectedMs: number): WorkStep {
  return stackUp({
    id: "prepare",
    title,
    effect: "New resources beside the source, which is only recorded in the stack.",
    expectedMs,
    settings: (ctx) => ({
      "godwit:stage": "prepare",
      "godwit:mode": ctx.mode,
      ...(ctx.mode === "relay" && { "godwit:relayUntil": relayUntil(ctx) }),
    }),
    undo: {
      title: "What the stack built is destroyed; the source stays",
      settings: "destroy",
    },
  });
}

/** Once written it stays, as another end would mean other machines; unless it is of an earlier run. */
export function relayUntil(ctx: StepContext): string {
  const written = stackSettings(ctx).relayUntil;
  const soaked = Date.now() + soakMs(ctx);
  const lasts = written !== undefined && Date.parse(written) > soaked + RELAYS_OUTLIVE_SOAK_MS / 2;
  return lasts ? written : new Date(soaked + RELAYS_OUTLIVE_SOAK_MS).toISOString();
}

/** `before`: the stage that it is taken back to. */
export function pointAtTarget(before: "prepare" | "fence"): WorkStep {
  const was = before === "fence" ? "relays" : "source";
  return stackUp({
    id: "cutover",
    title: "Point the private name at the target",
    effect: "Whoever resolves the private name gets the target.",
    expectedMs: MINUTE_MS,
    settings: () => ({ "godwit:stage": "cutover" }),
    undo: {
      title: `The private name points at the ${was} again`,
      settings: { "godwit:stage": before },
    },
  });
}

export function retireSource(): WorkStep {
  return stackUp({
    id: "retire-source",
    title: "Prepare the source's deletion, with a final snapshot",
    effect: "Nothing yet: the stack no longer retains the source when it is removed.",
    expectedMs: MINUTE_MS,
    settings: (ctx) => ({ "godwit:finalSnapshot": finalSnapshot(ctx) }),
    undo: {
      title: "The stack retains the source again",
      settings: { "godwit:finalSnapshot": undefined },
    },
  });
}

/** `helpers`: what was built for the move alone, and goes with the source. */
export function deleteSource(helpers: string): WorkStep {
  return stackUp({
    id: "delete-source",
    title: `Delete the old cluster, keeping its final snapshot, and ${helpers}`,
    effect: "The source is gone; its final snapshot holds what it had last.",
    expectedMs: 10 * MINUTE_MS,
    settings: () => ({ "godwit:stage": "settled" }),
    verify: validateRetired,
  });
}

/** One name, however often the step runs: the stack refuses another once it has recorded it. */
function finalSnapshot(ctx: StepContext): string {
  return stackSettings(ctx).finalSnapshot ?? snapshotName(sourceClusterId(ctx), "final");
}
