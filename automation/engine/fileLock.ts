import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive } from "../processes.ts";

/** Runs `work` while no other process holds `path`; a lock whose owner is dead is taken over. */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!take(path)) await delay(20);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (!ownerIsAlive(path)) rmSync(path, { force: true });
    return false;
  }
}

function ownerIsAlive(path: string): boolean {
  try {
    return isAlive(Number(readFileSync(path, "utf8")));
  } catch {
    return false;
  }
}
