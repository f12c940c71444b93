import type { BulkCheckpoint } from "../bulk.ts";
import { onSide } from "../errors.ts";
import { removeParts } from "../large.ts";
import { persist } from "./backoff.ts";
import type { LiveSyncOptions } from "./options.ts";
import type { Parts } from "./parts.ts";

interface Copying {
  readonly parts: Parts;
  readonly options: LiveSyncOptions;
  readonly signal: AbortSignal;
  /** Whether the watcher goes on where an earlier process has seen everything up to. */
  readonly resumed: boolean;
  onProgress(keys: number, total: number): void;
}

/** Copies everything that is not known to be on the target, then whatever has to be scanned again. */
export async function keepCopying(copying: Copying): Promise<never> {
  const { parts, options, resumed } = copying;
  const { duty, progress, rescans, watching, copier } = parts;
  if (options.checkpoint) await removeLeftParts(copying);
  if (!options.startEqual && !(resumed && options.checkpoint?.complete)) await copyAll(copying);
  progress.complete = true;
  const ready = async () => {
    await duty.toApply();
    await watching.armed();
  };
  for (;;) await rescans.run(ready, (scope) => copier.rescan(scope));
}

async function copyAll({ parts, options, resumed, onProgress }: Copying): Promise<void> {
  const { source, copier, checkpoints, carryPrograms } = parts;
  const { scan } = options.checkpoint ?? {};
  // A cursor means nothing to another process.
  const from = scan?.runId === source.runId ? scan : undefined;
  await carryPrograms();
  const onPosition = (position: BulkCheckpoint) => (checkpoints.scan = position);
  await copier.pass({ from, onPosition, onProgress });
  await copier.extras();
  // What an earlier process has copied may have changed while nobody watched.
  if (from && !resumed) await copier.pass({ until: from, onPosition });
  checkpoints.scan = undefined;
}

async function removeLeftParts({ parts, options, signal }: Copying): Promise<void> {
  const remove = () => onSide("target", removeParts(options.target));
  await persist(() => parts.duty.perform(remove), signal);
}
