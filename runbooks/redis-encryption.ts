import type { Runbook, Step, StepContext } from "../automation/step.ts";
import { compareBoth, compareData } from "./steps/compareData.ts";
import { deployApplication } from "./steps/deployApplication.ts";
import { describeSource, preflight } from "./steps/describeSource.ts";
import { pruneSnapshots, snapshotName, snapshotSource } from "./steps/snapshot.ts";
import { stackUp } from "./steps/stackUp.ts";
import { stopWrites } from "./steps/stopWrites.ts";
import { validate, validateRetired, validateSoaked } from "./steps/validate.ts";
import { gate, outage, soak } from "./steps/waiting.ts";
import { sourceClusterId, stackSettings } from "./settings.ts";

const MINUTE_MS = 60_000;

/**
 * A plaintext standalone Redis becomes an encrypted replication group that asks for a token. The offline way: the
 * application stands still from `stop-writes` until `deploy-application`, while a snapshot is taken and restored.
 */
export const redisEncryption: Runbook = {
  name: "redis-encryption",
  title: "Move a plaintext Redis into an encrypted replication group",
  from: "plaintext ElastiCache",
  to: "encrypted replication group",
  target: "redis",
  modes: ["offline"],
  version: 1,
  stall: () =>
    "The application is down from stop-writes until deploy-application has finished: about 25 minutes on ElastiCache, most of it snapshot and restore.",
  steps: () => offline,
  preflight,
  compare: async (ctx) => await compareBoth(ctx),
  policy: (where) => {
    const { production, secondApprover } = stackSettings(where);
    return { production, secondApprover };
  },
};

const offline: readonly Step[] = [
  describeSource(),
  stackUp({
    id: "prepare",
    title: "Build key, token, network and settings of the target; adopt the source",
    effect: "New resources beside the source, which is only recorded in the stack.",
    expectedMs: 3 * MINUTE_MS,
    settings: () => ({ "godwit:stage": "prepare" }),
    undo: {
      title: "What the stack built is destroyed; the source stays",
      settings: "destroy",
    },
  }),
  gate(
    "window",
    "Open the maintenance window",
    "The application will be down for about 25 minutes. Users have been told, and the window has begun.",
  ),
  ...outage(
    stopWrites(),
    snapshotSource(),
    stackUp({
      id: "restore",
      title: "Build the encrypted replication group from the snapshot",
      effect: "The target exists, with the source's data as of the snapshot.",
      expectedMs: 15 * MINUTE_MS,
      settings: (ctx) => ({ "godwit:snapshot": ctx.results["snapshot"]!["snapshot"] as string }),
      undo: {
        title: "The replication group is deleted; the source has everything",
        settings: { "godwit:snapshot": undefined },
      },
    }),
    compareData(),
    stackUp({
      id: "cutover",
      title: "Point the private name at the target",
      effect: "Whoever resolves the private name gets the target.",
      expectedMs: MINUTE_MS,
      settings: () => ({ "godwit:stage": "cutover" }),
      undo: {
        title: "The private name points at the source again",
        settings: { "godwit:stage": "prepare" },
      },
    }),
    deployApplication(),
  ),
  validate(),
  soak(),
  validateSoaked(),
  gate(
    "point-of-no-return",
    "Confirm that the source may go",
    "The next steps delete the source. A rollback that loses nothing is possible until then, and not after.",
  ),
  stackUp({
    id: "retire-source",
    title: "Prepare the source's deletion, with a final snapshot",
    effect: "Nothing yet: the stack no longer retains the source when it is removed.",
    expectedMs: MINUTE_MS,
    settings: (ctx) => ({ "godwit:finalSnapshot": finalSnapshot(ctx) }),
    undo: {
      title: "The stack retains the source again",
      settings: { "godwit:finalSnapshot": undefined },
    },
  }),
  stackUp({
    id: "delete-source",
    title: "Delete the old cluster, keeping its final snapshot",
    effect: "The source is gone; its final snapshot holds what it had when writes stopped.",
    expectedMs: 10 * MINUTE_MS,
    settings: () => ({ "godwit:stage": "settled" }),
    verify: validateRetired,
  }),
  pruneSnapshots(),
];

/** One name, however often the step runs: the stack refuses another once it has recorded it. */
function finalSnapshot(ctx: StepContext): string {
  return stackSettings(ctx).finalSnapshot ?? snapshotName(sourceClusterId(ctx), "final");
}
