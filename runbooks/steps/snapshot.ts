import type { WorkStep } from "../../automation/step.ts";
import {
  deleteSnapshot,
  elasticacheClient,
  snapshotsOf,
  takeSnapshot,
} from "../cloud/elasticache.ts";
import { sourceClusterId } from "../settings.ts";
import { verifyStillQuiet } from "./stopWrites.ts";

const KEEP_SNAPSHOTS = 2;

/** Takes a snapshot of the quiet source, named with date and time: what the target is restored from. */
export function snapshotSource(): WorkStep {
  return { ...backUpSource(), verify: verifyStillQuiet };
}

/** The same of a source in use: a backup from before the move. */
export function backUpSource(): WorkStep {
  return {
    kind: "work",
    id: "snapshot",
    title: "Take a snapshot of the source and wait for it",
    effect: "The source keeps running; the snapshot stays until the clean-up.",
    expectedMs: 5 * 60_000,
    commands: ["aws elasticache create-snapshot", "aws elasticache wait snapshot-available"],
    run: async (ctx) => {
      const cluster = sourceClusterId(ctx);
      const name =
        (ctx.checkpoint?.["snapshot"] as string) ?? snapshotName(cluster, "pre-encryption");
      await ctx.save({ snapshot: name });
      const snapshot = await takeSnapshot(ctx, elasticacheClient(ctx), cluster, name);
      return { snapshot: name, size: snapshot.NodeSnapshots?.[0]?.CacheSize ?? "unknown" };
    },
    undo: { title: "Nothing to undo: the snapshot stays as a backup of the source" },
  };
}

/** Deletes all but the newest snapshots of the source. */
export function pruneSnapshots(): WorkStep {
  return {
    kind: "work",
    id: "prune-snapshots",
    title: `Delete all but the newest ${KEEP_SNAPSHOTS} snapshots of the source`,
    effect: "Older snapshots are gone for good.",
    expectedMs: 60_000,
    commands: ["aws elasticache delete-snapshot"],
    run: async (ctx) => {
      const client = elasticacheClient(ctx);
      const snapshots = await snapshotsOf(client, sourceClusterId(ctx));
      const names = snapshots.map((snapshot) => snapshot.SnapshotName!);
      for (const name of names.slice(KEEP_SNAPSHOTS)) {
        ctx.progress({ doing: `deleting ${name}` });
        await deleteSnapshot(client, name);
      }
      return { kept: names.slice(0, KEEP_SNAPSHOTS), deleted: names.slice(KEEP_SNAPSHOTS) };
    },
  };
}

/** `<cluster>-<purpose>-20260131-1405`, unique to the second and within the service's limits. */
export function snapshotName(cluster: string, purpose: string, now = new Date()): string {
  const time = now.toISOString().replaceAll(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `${cluster}-${purpose}-${time}`;
}
