import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Ticks a second of `/proc/PID/stat` on every Linux that Node runs on. */
const TICKS = 100;
const LOOK_EVERY_MS = 20;

/** What a process has used. */
export interface Use {
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

const live = new Set<ChildProcess>();

/** Starts a process that does not outlive this one. */
export function start(program: string, args: readonly string[], options: SpawnOptions = {}) {
  const child = spawn(program, args, options);
  live.add(child);
  child.once("exit", () => live.delete(child));
  child.once("error", () => live.delete(child));
  return child;
}

/** Ends whatever was started and still runs, at once. */
export function endAll(): void {
  for (const child of live) child.kill("SIGKILL");
}

/** Runs a program to its end. Rejects when it fails, with the end of what it wrote. */
export async function measured(
  program: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Use> {
  const child = start(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => (said = lastOf(said, chunk)));
  }
  let use: Use = { cpuSeconds: 0, peakMb: 0 };
  const look = () => (use = useOf(child.pid) ?? use);
  const looking = setInterval(look, LOOK_EVERY_MS);
  const [code] = (await once(child, "close").finally(() => clearInterval(looking))) as [number];
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${said.trim()}`);
  return use;
}

/** What a running process and its ended children have used; undefined when it has ended. Linux only. */
export function useOf(pid: number | undefined): Use | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const peakKb = /VmHWM:\s+(\d+)/.exec(status)?.[1];
    // One that has ended and was not waited for yet has no memory any more.
    return peakKb ? { cpuSeconds: ticks / TICKS, peakMb: Number(peakKb) / 1024 } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A script of ours in a process of its own. It is given `job` as the first line of its input and tells JSON, a line
 * each; it ends when its input does.
 */
export class Script {
  readonly #child: ChildProcess;
  readonly #told: AsyncIterator<string>;
  readonly #failed: Promise<never>;

  constructor(file: URL, job: unknown) {
    const path = fileURLToPath(file);
    this.#child = start(process.execPath, ["--import", LOADER, path], { stdio: "pipe" });
    this.#child.stdin!.write(`${JSON.stringify(job)}\n`);
    this.#told = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
    this.#failed = failure(this.#child, path);
    this.#failed.catch(() => undefined);
  }

  /** The next thing that it tells. Rejects when it fails before that. */
  async next(): Promise<unknown> {
    const line = await this.#told.next();
    if (line.done) return await this.#failed;
    return JSON.parse(line.value) as unknown;
  }

  /** Writes it a line; resolves with the next thing that it tells. */
  async ask(line: string): Promise<unknown> {
    this.#child.stdin!.write(`${line}\n`);
    return await this.next();
  }

  /** Asks it to end, and waits until it has. */
  async end(): Promise<void> {
    this.#child.stdin!.end();
    if (this.#child.exitCode === null) await once(this.#child, "close");
  }
}

/** Runs a script that tells one thing and ends; resolves with that. */
export async function resultOf<Result>(file: URL, job: unknown): Promise<Result> {
  const script = new Script(file, job);
  const result = (await script.next()) as Result;
  await script.end();
  return result;
}

async function failure(child: ChildProcess, path: string): Promise<never> {
  let errors = "";
  child.stderr!.on("data", (chunk: Buffer) => (errors = lastOf(errors, chunk)));
  const [code] = (await once(child, "close")) as [number];
  throw new Error(`${path} ended with ${code}: ${errors.trim()}`);
}

/** Enough of what a process said to tell why it failed. */
function lastOf(before: string, chunk: Buffer): string {
  return (before + chunk.toString()).slice(-1_000);
}

const LOADER = import.meta.resolve("tsx");
