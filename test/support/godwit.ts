import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { RunDocument } from "../../automation/document.ts";

const BIN = fileURLToPath(new URL("../../bin/godwit.mjs", import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a user has it, with a `GODWIT_HOME` of its own. */
export class Godwit {
  readonly home: string;

  private constructor(home: string) {
    this.home = home;
  }

  static async create(): Promise<Godwit> {
    const home = await mkdtemp(join(tmpdir(), "godwit-home-"));
    // The database's unprivileged user has to get in.
    await chmod(home, 0o755);
    return new Godwit(home);
  }

  /** Runs one command to its end, whatever that is. `bin` is the command line of another checkout. */
  async run(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    bin = BIN,
  ): Promise<Outcome> {
    return await this.follow(args, env, bin).ended;
  }

  /** Runs one command, and tells when its standard error has said something. */
  follow(args: readonly string[], env: Readonly<Record<string, string>> = {}, bin = BIN) {
    const child = this.start(args, env, bin);
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => (stdout += String(data)));
    child.stderr.on("data", (data) => (stderr += String(data)));
    const ended = once(child, "close").then(([code, signal]): Outcome => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout,
      stderr,
    }));
    const until = async (text: RegExp) => {
      while (!text.test(stderr))
        await Promise.race([once(child.stderr, "data"), endedEarly(ended)]);
    };
    return { ended, until };
  }

  /** Starts a command that goes on until it is stopped. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}, bin = BIN) {
    return spawn(process.execPath, [bin, ...args], {
      env: { ...process.env, NO_COLOR: "1", GODWIT_HOME: this.home, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Stops and removes everything. */
  async remove(): Promise<void> {
    await this.run(["twin", "down"]);
    await rm(this.home, { recursive: true, force: true });
  }
}

async function endedEarly(ended: Promise<Outcome>): Promise<never> {
  throw new Error(`the command has ended:\n${(await ended).stderr}`);
}

/** Standard error in one piece of text, as it is read: wrapped lines and paragraphs alike. */
export function said({ stderr }: Outcome): string {
  return stderr.replaceAll(/\s+/g, " ").trim();
}

/** Fails when a command told of an error by where in our code it happened. */
export function expectNoStackTrace({ stdout, stderr }: Outcome): void {
  expect(stdout + stderr).not.to.match(/^\s+at .+:\d+:\d+\)?$/m);
}

/** The document that a command with `--json` printed. */
export function documentOf({ stdout, stderr }: Outcome): RunDocument {
  if (!stdout) throw new Error(`no document; standard error was:\n${stderr}`);
  return JSON.parse(stdout) as RunDocument;
}

/** Name of the run that a rehearsal has started, from its JSON events. */
export function runIn({ stderr }: Outcome): string {
  const run = /Run (\d{8}-[0-9a-f]{6}):/.exec(stderr)?.[1];
  if (!run) throw new Error(`no run was started:\n${stderr}`);
  return run;
}
