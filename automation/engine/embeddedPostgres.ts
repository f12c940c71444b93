import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { failure } from "../errors.ts";
import { isAlive, knowsProcesses, processesIn } from "../processes.ts";
import { embeddedPostgresBinaries } from "../tools.ts";
import { withFileLock } from "./fileLock.ts";
import { freePort } from "./freePort.ts";

const START_DEADLINE_MS = 30_000;
const LOCK = "postmaster.pid";
/** Postgres refuses to run as root; this is the traditional `nobody`. */
const UNPRIVILEGED = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

interface Server {
  readonly port: number;
  readonly password: string;
}

/**
 * Gives `connect` the URL of the engine's own database, started if it is not running. The server outlives this
 * process, so that a killed driver finds it again; nobody stops it before `connect` has settled.
 */
export async function withEmbeddedPostgres<T>(
  home: string,
  connect: (url: string) => Promise<T>,
): Promise<T> {
  mkdirSync(home, { recursive: true });
  return await withServerLock(home, async () => {
    const { port, password } = await runningOrStarted(join(home, "postgres"));
    return await connect(`postgresql://postgres:${password}@127.0.0.1:${port}/postgres`);
  });
}

/** Stops the server of this home, if it runs and `may` still says so; waits until it has. */
export async function stopEmbeddedPostgres(
  home: string,
  may: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<void> {
  await withServerLock(home, async () => {
    const pid = await running(join(home, "postgres", "data"));
    if (!(await may()) || pid === undefined) return;
    process.kill(pid, "SIGINT");
    while (isAlive(pid)) await delay(10);
  });
}

/** One process at a time starts, joins or stops the server of a home. */
function withServerLock<T>(home: string, work: () => Promise<T>): Promise<T> {
  return withFileLock(join(home, "postgres.lock"), work);
}

async function runningOrStarted(folder: string): Promise<Server> {
  const data = join(folder, "data");
  if (!existsSync(join(data, "PG_VERSION"))) initialise(folder, data);
  const password = readFileSync(join(folder, "password"), "utf8").trim();
  const pid = await running(data);
  if (pid !== undefined) return { port: await portOnceReady(data, pid, folder), password };
  // Postgres takes a dead server that nobody has reaped for one that runs.
  if (knowsProcesses) rmSync(join(data, LOCK), { force: true });
  return { port: await start(folder, data), password };
}

function initialise(folder: string, data: string): void {
  rmSync(folder, { recursive: true, force: true });
  for (const path of [folder, data]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    own(path);
  }
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, randomBytes(24).toString("hex") + "\n", { mode: 0o600 });
  own(passwordFile);
  const { status, stdout, stderr } = spawnSync(
    join(embeddedPostgresBinaries(), "initdb"),
    // prettier-ignore
    ["-D", data, "-U", "postgres", "-A", "scram-sha-256", "--pwfile", passwordFile, "-E", "UTF8", "--locale=C.UTF-8"],
    { ...UNPRIVILEGED, cwd: "/", encoding: "utf8" },
  );
  if (status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    throw cannotStart(`initdb failed: ${(stderr || stdout || "no output").trim()}`);
  }
}

async function start(folder: string, data: string): Promise<number> {
  const port = await freePort();
  const log = openSync(join(folder, "log"), "a", 0o600);
  const server = spawn(
    join(embeddedPostgresBinaries(), "postgres"),
    // prettier-ignore
    ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", "", "-c", "max_connections=200"],
    { ...UNPRIVILEGED, cwd: "/", detached: true, stdio: ["ignore", log, log] },
  );
  closeSync(log);
  server.unref();
  if (server.pid === undefined) throw cannotStart("its program could not be executed");
  return await portOnceReady(data, server.pid, folder);
}

/** Line 1 of the lock is the pid, line 4 the port, line 8 the readiness. */
async function portOnceReady(data: string, pid: number, folder: string): Promise<number> {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (Date.now() < deadline) {
    const lines = postmasterLines(data);
    if (Number(lines[0]) === pid && lines[7]?.trim() === "ready") return Number(lines[3]);
    if (!isAlive(pid)) throw cannotStart(lastWords(join(folder, "log")));
    await delay(10);
  }
  throw cannotStart(`not ready after ${START_DEADLINE_MS / 1000} s`);
}

/**
 * Pid of the server that runs. When there is none, the processes of one that was killed have ended, too: they share
 * its memory. A process that has merely got the number of a dead one does not count.
 */
async function running(data: string): Promise<number | undefined> {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (Date.now() < deadline) {
    const pid = Number(postmasterLines(data)[0]);
    if (!knowsProcesses) return pid > 0 && isAlive(pid) ? pid : undefined;
    const working = processesIn(data, "postgres");
    if (working.includes(pid)) return pid;
    if (working.length === 0) return undefined;
    await delay(10);
  }
  throw cannotStart(`processes of one that was killed still work in ${data}`);
}

function postmasterLines(data: string): string[] {
  try {
    return readFileSync(join(data, LOCK), "utf8").split("\n");
  } catch {
    return [];
  }
}

function own(path: string): void {
  if (UNPRIVILEGED.uid !== undefined) chownSync(path, UNPRIVILEGED.uid, UNPRIVILEGED.gid);
}

function lastWords(log: string): string {
  return readFileSync(log, "utf8").trim().split("\n").slice(-3).join(" / ");
}

function cannotStart(why: string) {
  return failure(
    "engine-database-start",
    `The engine's embedded Postgres does not start: ${why}.`,
    "Nothing was changed.",
    "Free disk space or ports, or name another Postgres in GODWIT_DATABASE_URL.",
  );
}
