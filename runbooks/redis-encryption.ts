import type { Facts, Runbook, Step } from "../automation/step.ts";
import { redisJobs } from "./jobs/index.ts";
import { compareBoth, compareData, compareLive, compareWhileLive } from "./steps/compareData.ts";
import { byCopying, deployApplication } from "./steps/deployApplication.ts";
import { describeSource, preflight } from "./steps/describeSource.ts";
import { fenceSource } from "./steps/relay/fenceSource.ts";
import { insertRelay } from "./steps/relay/insertRelay.ts";
import { leaveRelay } from "./steps/relay/leaveRelay.ts";
import { pointAtRelay } from "./steps/relay/pointAtRelay.ts";
import { relaysUnused } from "./steps/relay/relays.ts";
import { rotateToken } from "./steps/relay/rotateToken.ts";
import { switchTraffic } from "./steps/relay/switchTraffic.ts";
import { backUpSource, pruneSnapshots, snapshotSource } from "./steps/snapshot.ts";
import { deleteSource, pointAtTarget, prepare, retireSource } from "./steps/stages.ts";
import { stackUp } from "./steps/stackUp.ts";
import { stopWrites } from "./steps/stopWrites.ts";
import { surveyBoth, surveySource } from "./steps/survey.ts";
import { byTail, copyLive, drain, stopTail, turn } from "./steps/tail.ts";
import { validate, validateSoaked } from "./steps/validate.ts";
import { gate, outage, soak } from "./steps/waiting.ts";
import { stackSettings } from "./settings.ts";

const MINUTE_MS = 60_000;

/**
 * A plaintext standalone Redis becomes an encrypted replication group that asks for a token. `relay`: it is copied
 * while clients write, and relays take the clients over in one moment. `live`: it is copied the same way, and the
 * application stands still only while it is started on the target. `offline`: it stands still while a snapshot is
 * taken and restored.
 */
export const redisEncryption: Runbook = {
  name: "redis-encryption",
  title: "Move a plaintext Redis into an encrypted replication group",
  from: "plaintext ElastiCache",
  to: "encrypted replication group",
  target: "redis",
  modes: ["relay", "live", "offline"],
  version: 3,
  stall: (mode) => stalls[mode as Mode],
  steps: (mode) => ways[mode as Mode],
  preflight,
  compare: (ctx) => (ctx.mode === "offline" ? compareBoth(ctx) : compareWhileLive(ctx)),
  policy: (where) => {
    const { production, secondApprover, dataClass } = stackSettings(where);
    return { production, secondApprover, healthData: dataClass === "phi" };
  },
  jobs: redisJobs,
  engineSecret,
};

type Mode = "relay" | "live" | "offline";

const stalls: Readonly<Record<Mode, string>> = {
  relay:
    "Clients see one slow answer of at most 250 ms at the switch, and one more if you roll back. The application is never stopped: it is deployed task by task onto the relays and off them.",
  live: "The application is down from stop-writes until deploy-application has finished: as long as it takes to stop and start its tasks, about 3 minutes on ECS.",
  offline:
    "The application is down from stop-writes until deploy-application has finished: about 25 minutes on ElastiCache, most of it snapshot and restore.",
};

const relay: readonly Step[] = [
  describeSource(),
  prepare(
    "Build the encrypted group, empty, the mover and two relays beside the source; adopt the source",
    15 * MINUTE_MS,
  ),
  surveyBoth(),
  backUpSource(),
  copyLive(),
  pointAtRelay(),
  insertRelay(),
  compareLive("verify-copy"),
  gate(
    "window",
    "Agree to the switch",
    "The traffic will be switched to the target: one slow answer of at most 250 ms for each client. All clients come through the relays; the target is equal and follows the source.",
  ),
  fenceSource(),
  switchTraffic(),
  pointAtTarget("fence"),
  compareLive("verify-data"),
  leaveRelay(),
  ...confirmed(compareLive("verify-soaked")),
  stopTail(relaysUnused),
  deleteSource("the relays and the mover"),
  rotateToken(),
  pruneSnapshots(),
];

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
  pointAtTarget("prepare"),
  compareLive("verify-data"),
  ...confirmed(compareLive("verify-soaked")),
  stopTail(),
  deleteSource("the mover"),
  pruneSnapshots(),
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
    pointAtTarget("prepare"),
    deployApplication(byCopying),
  ),
  ...confirmed(),
  deleteSource("the mover"),
  pruneSnapshots(),
];

const ways: Readonly<Record<Mode, readonly Step[]>> = { relay, live, offline };

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
    retireSource(),
  ];
}

/** Where the mover, built by `prepare`, looks for its engine. */
function engineSecret(results: Readonly<Record<string, Facts>>): string | undefined {
  const outputs = results["prepare"]?.["outputs"] as { mover?: Facts } | undefined;
  return outputs?.mover?.["engineSecretArn"] as string | undefined;
}
