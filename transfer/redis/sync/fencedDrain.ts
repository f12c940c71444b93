import type { Sentinel } from "../../switch/tails.ts";
import type { Parts } from "./parts.ts";

/** What a drain behind a fence needs of the copy. */
interface Draining {
  readonly parts: Parts;
  /** Looks for what the watcher does not see. */
  look(): Promise<void>;
  /** Whether target and replicas have the mark. */
  isDurable(sentinel: Sentinel): Promise<boolean>;
}

/**
 * A drain while writes on the followed server are paused: it only reads there, since a write would wait for the end of
 * the pause. The sentinel was written by whoever paused. No tail copies it; so when the lane is asked for it after all
 * else has arrived, it is the mark: the last key of all. Rejects at once when it cannot end soon, or with the signal's
 * reason.
 */
export async function drainFenced(
  { parts, look, isDurable }: Draining,
  sentinel: Sentinel,
  signal: AbortSignal,
): Promise<void> {
  await everythingHeard(parts, sentinel, signal);
  await look();
  await everythingArrived(parts, performance.now(), signal);
  // What was heard of has arrived; a first pass that is under way is nothing that one hears of.
  refuseObstacle(parts);
  await copyMark(parts, sentinel);
  signal.throwIfAborted();
  if (await isDurable(sentinel)) return;
  throw again("another server answers for the target than the one that was copied to");
}

/** Why a drain or a rest would take longer than a client may wait; undefined: nothing does. */
export function obstacleTo({ progress, rescans, watching, large }: Parts): string | undefined {
  if (!progress.complete) return "not every key has been copied once";
  if (!watching.watcher) return "the followed server is not watched at the moment";
  if (rescans.since !== undefined) return `keys have to be scanned again: ${rescans.why}`;
  if (large.size > 0) return `${large.size} large keys are being copied piece by piece`;
  return undefined;
}

/** What ends a drain or a turn that nothing was changed by. */
export function again(why: string): Error {
  return new Error(`${why}. The tail goes on, and nothing has been switched; try again later.`);
}

async function everythingHeard(
  parts: Parts,
  { key }: Sentinel,
  signal: AbortSignal,
): Promise<void> {
  while (parts.sentinels.seenAt(key) === undefined) await noObstacle(parts, signal);
}

/** Streams' groups, which are looked for by a scan, are waited for too. */
async function everythingArrived(parts: Parts, mark: number, signal: AbortSignal): Promise<void> {
  const { progress, rescans } = parts;
  const { requested } = rescans;
  while (!progress.isSettled(mark, requested)) {
    rescans.hurry();
    await noObstacle(parts, signal);
  }
}

async function noObstacle(parts: Parts, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  refuseObstacle(parts);
  await parts.progress.news();
}

function refuseObstacle(parts: Parts): void {
  const obstacle = obstacleTo(parts);
  if (obstacle) throw again(obstacle);
}

async function copyMark({ lanes, rescans }: Parts, { key }: Sentinel): Promise<void> {
  const { copied } = await lanes.copy(0, [Buffer.from(key)]);
  if (copied === 1) return;
  const why = "the lane read from another server than the one that is paused";
  lanes.drop();
  rescans.request(undefined, why);
  throw again(why);
}
