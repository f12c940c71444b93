import type { Facts, Runbook, Step, StepContext } from "../automation/step.ts";
import { redisJobs } from "./jobs/index.ts";
import { compareBoth, compareData, compareLive, compareWhileLive } from "./steps/compareData.ts";
import { byCopying, deployApplication } from "./steps/deployApplication.ts";
import { describeSource, preflight } from "./steps/describeSource.ts";
import { backUpSource, pruneSnapshots, snapshotName, snapshotSource } from "./steps/snapshot.ts";
import { stackUp } from "./steps/stackUp.ts";
import { stopWrites } from "./steps/stopWrites.ts";
import { surveyBoth, surveySource } from "./steps/survey.ts";
import { byTail, copyLive, drain, stopTail, turn } from "./steps/tail.ts";
import { validate, validateRetired, validateSoaked } from "./steps/validate.ts";
import { gate, outage, soak } from "./steps/waiting.ts";
import { sourceClusterId, stackSettings } from "./settings.ts";

const MINUTE_MS = 60_000;

/**
 * A plaintext standalone Redis becomes an encrypted replication group that asks for a token. `live`: it is copied
 * while clients write, and the application stands still only while it is started on the target. `offline`: it stands
 * still while a snapshot is taken and restored.
 */
export const redisEncryption: Runbook = {
  name: "redis-encryption",
  title: "Move a plaintext Redis into an encrypted replication group",
  from: "plaintext ElastiCache",
  to: "encrypted replication group",
  target: "redis",
  modes: ["live", "offline"],
  version: 2,
  stall: (mode) => stalls[mode as Mode],
  steps: (mode) => ways[mode as Mode],
  preflight,
  compare: (ctx) => (ctx.mode === "live" ? compareWhileLive(ctx) : compareBoth(ctx)),
  policy: (where) => {
    const { production, secondApprover } = stackSettings(where);
    return { production, secondApprover };
  },
  jobs: redisJobs,
  engineSecret,
};

type Mode = "live" | "offline";

const stalls: Readonly<Record<Mode, string>> = {
  live: "The application is down from stop-writes until deploy-application has finished: as long as it takes to stop and start its tasks, about 3 minutes on ECS.",
  offline:
    "The application is down from stop-writes until deploy-application has finished: about 25 minutes on ElastiCache, most of it snapshot and restore.",
};

const live: readonly Step[] = [
  describeSource(),
  prepare(
    "Build the encrypted group, empty, and the mover beside the source; adopt the source",
    15 * MINUTE_MS,
  ),
  surveyBoth(),
  backUpSource(),
  copyLive(),
  compareLive("verify-copy"),
  gate(
    "window",
    "Open the maintenance window",
    "The application will be restarted on the target: down for as long as its tasks take to stop and start. The target is equal and follows the source.",
  ),
  ...outage(stopWrites(), drain(), turn(), deployApplication(byTail)),
  pointAtTarget(),
  compareLive("verify-data"),
  ...confirmed(compareLive("verify-soaked")),
  stopTail(),
  ...sourceDeleted(),
];

const offline: readonly Step[] = [
  describeSource(),
  prepare(
    "Build key, token, network and settings of the target, and the mover; adopt the source",
    3 * MINUTE_MS,
  ),
  surveySource(),
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
    pointAtTarget(),
    deployApplication(byCopying),
  ),
  ...confirmed(),
  ...sourceDeleted(),
];

const ways: Readonly<Record<Mode, readonly Step[]>> = { live, offline };

function prepare(title: string, expectedMs: number): Step {
  return stackUp({
    id: "prepare",
    title,
    effect: "New resources beside the source, which is only recorded in the stack.",
    expectedMs,
    settings: ({ mode }) => ({ "godwit:stage": "prepare", "godwit:mode": mode }),
    undo: {
      title: "What the stack built is destroyed; the source stays",
      settings: "destroy",
    },
  });
}

function pointAtTarget() {
  return stackUp({
    id: "cutover",
    title: "Point the private name at the target",
    effect: "Whoever resolves the private name gets the target.",
    expectedMs: MINUTE_MS,
    settings: () => ({ "godwit:stage": "cutover" }),
    undo: {
      title: "The private name points at the source again",
      settings: { "godwit:stage": "prepare" },
    },
  });
}

/** On the target, with the way back open, until somebody says that the source may go; before that, `proofs`. */
function confirmed(...proofs: readonly Step[]): Step[] {
  return [
    validate(),
    soak(),
    validateSoaked(),
    ...proofs,
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
  ];
}

function sourceDeleted(): Step[] {
  return [
    stackUp({
      id: "delete-source",
      title: "Delete the old cluster, keeping its final snapshot, and the mover",
      effect: "The source is gone; its final snapshot holds what it had last.",
      expectedMs: 10 * MINUTE_MS,
      settings: () => ({ "godwit:stage": "settled" }),
      verify: validateRetired,
    }),
    pruneSnapshots(),
  ];
}

/** One name, however often the step runs: the stack refuses another once it has recorded it. */
function finalSnapshot(ctx: StepContext): string {
  return stackSettings(ctx).finalSnapshot ?? snapshotName(sourceClusterId(ctx), "final");
}

/** Where the mover, built by `prepare`, looks for its engine. */
function engineSecret(results: Readonly<Record<string, Facts>>): string | undefined {
  const outputs = results["prepare"]?.["outputs"] as { mover?: Facts } | undefined;
  return outputs?.mover?.["engineSecretArn"] as string | undefined;
}
