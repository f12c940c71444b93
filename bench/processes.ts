import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
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
 * A script of ours in a process of its own. It is given `job` as the first line of its input, and tells what it has
 * found as JSON, one line each; the last line is its result.
 */
export class Script<Result> {
  readonly result: Promise<Result>;
  readonly #child: ChildProcess;
  readonly #lines: unknown[] = [];
  #told: () => void = () => undefined;

  constructor(file: URL, job: unknown) {
    const path = fileURLToPath(file);
    this.#child = start(process.execPath, ["--import", LOADER, path], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#child.stdin!.write(`${JSON.stringify(job)}\n`);
    this.result = this.#read(path);
    this.result.catch(() => undefined);
  }

  /** Its first word: whatever it had to prepare is done. */
  async ready(): Promise<void> {
    const told = new Promise<void>((resolve) => (this.#told = resolve));
    if (this.#lines.length === 0) await Promise.race([told, this.result]);
  }

  /** Asks it to end; resolves with its result. */
  async end(): Promise<Result> {
    this.#child.stdin!.end();
    return await this.result;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async #read(path: string): Promise<Result> {
    let text = "";
    let errors = "";
    this.#child.stderr!.on("data", (chunk: Buffer) => (errors = lastOf(errors, chunk)));
    this.#child.stdout!.on("data", (chunk: Buffer) => {
      const lines = (text + chunk.toString()).split("\n");
      text = lines.pop()!;
      this.#lines.push(...lines.map((each) => JSON.parse(each) as unknown));
      this.#told();
    });
    const [code] = (await once(this.#child, "close")) as [number];
    if (code !== 0) throw new Error(`${path} ended with ${code}: ${errors.trim()}`);
    return this.#lines.at(-1) as Result;
  }
}

/** Enough of what a process said to tell why it failed. */
function lastOf(before: string, chunk: Buffer): string {
  return (before + chunk.toString()).slice(-1_000);
}

const LOADER = import.meta.resolve("tsx");
