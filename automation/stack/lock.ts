import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { ConcurrentUpdateError } from "@pulumi/pulumi/automation/errors.js";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { isAlive } from "../processes.ts";

const POLL_MS = 100;

/**
 * Does `work`, which needs the stack's lock. A lock whose process on this machine is dead is cancelled; `mine`
 * says that an earlier attempt of this very run took it, so that one of a driver on another machine, known to be
 * dead, is cancelled too. Anybody else's lock is left alone: the error then names its owner.
 */
export async function withLock<T>(stack: Stack, mine: boolean, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isLocked(error) || !(await isStale(error, mine))) throw error;
    await stack.cancel();
    return await work();
  }
}

/** Whether somebody else holds the stack's lock; a command line that was called directly says so only in words. */
export function isLocked(error: unknown): error is Error {
  if (error instanceof ConcurrentUpdateError) return true;
  return (
    error instanceof Error &&
    /is currently locked by|Another update is currently/.test(error.message)
  );
}

async function isStale(error: Error, mine: boolean): Promise<boolean> {
  const owner = /created by \S+@(\S+) \(pid (\d+)\)/.exec(error.message);
  if (owner?.[1] !== hostname()) return mine;
  const pid = Number(owner[2]);
  // The engine of a killed driver may take a moment to notice that it is alone.
  while (mine && isAlive(pid)) await delay(POLL_MS);
  return !isAlive(pid);
}
