import { ownName } from "../sentinel.ts";
import { persist } from "./backoff.ts";
import type { Lanes } from "./lanes.ts";
import type { Progress } from "./progress.ts";
import type { Sentinels } from "./sentinels.ts";
import type { Server } from "./server.ts";

/** What a drain did. */
export interface Drained {
  readonly ms: number;
  /** Changes that were copied meanwhile. */
  readonly keys: number;
}

export interface DrainParts {
  readonly source: Server;
  readonly target: Server;
  readonly lanes: Lanes;
  readonly progress: Progress;
  /** Looks for what the watcher does not see. */
  look(): Promise<void>;
  everythingAgain(why: string): void;
  readonly sentinels: Sentinels;
  readonly keysTailed: () => number;
}

/** A sentinel is written again after so long: the watcher may have been lost in between. */
const WRITE_AGAIN_MS = 500;
/** The source forgets a sentinel by itself when we are killed. */
const KEPT_FOR_MS = 60_000;

/**
 * Writes a sentinel on the source and waits until it, and everything that was written before it, is on the target.
 * Rejects with the signal's reason, or `RefusedError`.
 */
export async function drain(parts: DrainParts, signal: AbortSignal): Promise<Drained> {
  const { lanes, source, sentinels, keysTailed } = parts;
  const began = performance.now();
  const keysBefore = keysTailed();
  const name = ownName("sentinel");
  sentinels.expect(name);
  try {
    while (!(await cameThrough(parts, name, signal)));
  } finally {
    sentinels.forget(name);
    await source.ask(0, ["DEL", name]).catch(() => undefined);
  }
  await persist(() => lanes.copy(0, [Buffer.from(name)]), signal);
  return { ms: performance.now() - began, keys: keysTailed() - keysBefore };
}

/**
 * False when the sentinel did not arrive, although it should: the lane read from another server than the one that is
 * watched.
 */
async function cameThrough(parts: DrainParts, name: string, signal: AbortSignal): Promise<boolean> {
  const { target, lanes, progress } = parts;
  const seenAt = await sentinelSeen(parts, name, signal);
  await persist(() => parts.look(), signal);
  await progress.settled(seenAt, signal);
  await persist(() => lanes.copy(0, [Buffer.from(name)]), signal);
  const [exists] = await persist(() => target.ask(0, ["EXISTS", name]), signal);
  if (exists === 1) return true;
  lanes.drop();
  parts.everythingAgain("the lane read from another server");
  return false;
}

async function sentinelSeen(
  { source, sentinels, progress }: DrainParts,
  name: string,
  signal: AbortSignal,
): Promise<number> {
  sentinels.expect(name);
  for (;;) {
    await persist(() => source.ask(0, ["SET", name, name, "PX", KEPT_FOR_MS]), signal);
    const writeAgainAt = performance.now() + WRITE_AGAIN_MS;
    while (performance.now() < writeAgainAt) {
      const seenAt = sentinels.seenAt(name);
      if (seenAt !== undefined && progress.watched) return seenAt;
      signal.throwIfAborted();
      await progress.news();
    }
  }
}
