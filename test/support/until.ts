import { setTimeout as delay } from "node:timers/promises";

const LOOK_EVERY_MS = 5;

/** Looks until something is so. The test's own timeout is the deadline. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(LOOK_EVERY_MS);
}
