import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readEnvironment } from "../automation/environment.ts";
import { failure } from "../automation/errors.ts";
import { projectRoot } from "../automation/home.ts";
import type { Twin, TwinOptions } from "../automation/twin.ts";
import { findTools, type FoundTool } from "../automation/tools.ts";
import { askTwin, readControl, TWIN_GONE } from "./control/client.mjs";
import type { DaemonMessage } from "./daemon.ts";
import { endPlugins } from "./plugins/end.ts";
import { twinFiles, twinsFolder } from "./twin/folder.ts";
import { endRecordedProcesses, startOf } from "./twin/processes.ts";
import { assertSettings, type TwinSettings } from "./twin/settings.ts";

const STOP_TIMEOUT_MS = 20_000;
const POLL_MS = 20;

/** A running twin with what only tests and faults need. */
export interface LiveTwin extends Twin {
  /** Makes a fault happen now. */
  inject(fault: string): Promise<void>;
  /** Ends faults that last. */
  clearFaults(): Promise<void>;
}

/**
 * Builds and starts a twin; resolves when it can be used.
 * @throws a usage error for a world, scale or fault that does not exist; a failure naming the log otherwise.
 */
export async function start(options: TwinOptions): Promise<LiveTwin> {
  assertSettings(options);
  const redis = await requireRedis();
  const dir = resolve(twinsFolder(options.home), randomBytes(4).toString("hex"));
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const { world, scale, seed, faults, traffic = true } = options;
  const settings = { world, scale, seed, faults, traffic } as TwinSettings;
  writeFileSync(twinFiles(dir).settings, JSON.stringify(settings), { mode: 0o600 });
  try {
    await untilReady(spawnDaemon(dir, dirname(redis.path)), options.onProgress);
  } catch (cause) {
    await endRecordedProcesses(dir);
    throw failure(
      "twin-not-started",
      `The rehearsal's twin could not be started: ${(cause as Error).message}`,
      "What it had started has been stopped.",
      `Its output is in ${twinFiles(dir).log}.`,
      cause,
    );
  }
  return await open(dir);
}

async function requireRedis(): Promise<FoundTool> {
  const { found, missing } = (await findTools()).redis;
  if (found) return found;
  throw failure(
    "no-redis",
    `A rehearsal of this move needs a Redis server: ${missing?.why}.`,
    "Nothing was changed.",
    `Get it with \`${missing?.command}\`.`,
  );
}

/** `tools` is the folder of the servers that set-up has found, whatever the PATH says. */
function spawnDaemon(dir: string, tools: string): ChildProcess {
  const script = fileURLToPath(new URL("daemon.ts", import.meta.url));
  const log = openSync(twinFiles(dir).log, "a", 0o600);
  const child = spawn(process.execPath, ["--import", "tsx", script, dir], {
    detached: true,
    // Where `tsx` is found, by this process and those that it starts.
    cwd: projectRoot,
    env: { ...process.env, PATH: `${tools}${delimiter}${process.env["PATH"]}` },
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  return child;
}

async function untilReady(child: ChildProcess, onProgress?: (line: string) => void): Promise<void> {
  await new Promise<void>((ready, fail) => {
    child.on("error", fail);
    child.on("exit", (code) => fail(new Error(`its process ended with code ${code}.`)));
    child.on("message", (message: DaemonMessage) => {
      if ("progress" in message) onProgress?.(message.progress);
      if ("ready" in message) ready();
      if ("failed" in message) fail(new Error(message.failed));
    });
  });
  child.removeAllListeners();
  child.disconnect();
  child.unref();
}

/** A twin that was started before, by this process or another. Rejects with a sentence when it is gone. */
export async function open(dir: string): Promise<LiveTwin> {
  const environment = await readEnvironment(twinFiles(dir).environment);
  const ask = async <Answer>(path: string, body?: unknown) => {
    try {
      return await askTwin<Answer>(readControl(dir), path, body);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === TWIN_GONE ? twinGone(dir, error) : error;
    }
  };
  return {
    dir,
    environment,
    endpoints: () => ask("/endpoints"),
    settle: () => ask("/settle", {}),
    inject: (fault) => ask("/faults", { fault }),
    clearFaults: () => ask("/faults/clear", {}),
    down: () => stopTwin(dir),
  };
}

function twinGone(dir: string, cause: unknown) {
  return failure(
    "twin-gone",
    `The rehearsal's twin ${dir} is not running any more.`,
    "Nothing outside this machine was touched.",
    "Run `godwit twin down` to clear away what is left of it, then rehearse again.",
    cause,
  );
}

/** Stops every twin under a home, those whose own process has died included. Returns how many there were. */
export async function downAll(home: string): Promise<number> {
  const folder = resolve(twinsFolder(home));
  const dirs = foldersIn(folder).map((name) => join(folder, name));
  await Promise.all(dirs.map(stopTwin));
  return dirs.length;
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Asks the twin to stop, ends what is left of it and of engines that were killed, and removes its folder. */
async function stopTwin(dir: string): Promise<void> {
  try {
    const control = readControl(dir);
    await askTwin(control, "/down", {});
    await untilEnded(control.pid);
  } catch {
    // It is dead or does not answer: what it recorded is ended from here.
  }
  await endRecordedProcesses(dir);
  await endPlugins(dir);
  rmSync(dir, { recursive: true, force: true });
}

async function untilEnded(pid: number): Promise<void> {
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (startOf(pid) !== undefined && Date.now() < deadline) await delay(POLL_MS);
}
