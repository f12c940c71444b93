import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * @typedef {object} Outcome
 * @property {boolean} ok Ended by itself with exit code 0.
 * @property {boolean} timedOut Ended by us because its deadline had passed.
 * @property {string} output Standard output and error, in the order they came.
 */

/**
 * Runs a program to its end and keeps its output; never throws. Past the deadline the whole process group
 * is killed, so that no grandchild (a shell's download, a compiler) goes on.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, deadlineMs?: number, onOutput?: (text: string) => void }} [options]
 * @returns {Promise<Outcome>}
 */
export function run(command, args, { cwd, env, deadlineMs, onOutput } = {}) {
  return new Promise((resolve) => {
    let output = "";
    let timedOut = false;
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const killGroup = () => child.pid && process.kill(-child.pid, "SIGKILL");
    const timer = deadlineMs && setTimeout(() => ((timedOut = true), killGroup()), deadlineMs);
    const release = killWithUs(killGroup);
    /** @param {boolean} ok */
    const end = (ok) => {
      if (timer) clearTimeout(timer);
      release();
      resolve({ ok: ok && !timedOut, timedOut, output });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        onOutput?.(text);
      });
    }
    child.on("error", (error) => {
      output += error.message;
      end(false);
    });
    child.on("close", (code) => end(code === 0));
  });
}

/**
 * A detached group does not get the terminal's Ctrl-C: pass our end on to it.
 * @param {() => void} killGroup
 */
function killWithUs(killGroup) {
  const interrupted = () => {
    killGroup();
    process.exit(130);
  };
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  return () => {
    process.removeListener("SIGINT", interrupted);
    process.removeListener("SIGTERM", interrupted);
  };
}

/**
 * Runs a program on our own terminal and takes over its exit code (128 + signal when one ended it).
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string }} options
 * @returns {Promise<number>}
 */
export function runInForeground(command, args, { cwd }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: "inherit" });
    // The terminal sends Ctrl-C to both of us: the child decides what it means, we wait for its answer.
    process.on("SIGINT", () => {});
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? 128 + (signal === "SIGINT" ? 2 : 15)));
  });
}

/**
 * Absolute path of a program on the PATH.
 * @param {string} program
 * @returns {string | undefined}
 */
export function onPath(program) {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder.startsWith("/"))
    .map((folder) => join(folder, program))
    .find(isExecutable);
}

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The end of a program's output, for an error message.
 * @param {string} output
 */
export function lastLines(output, count = 5) {
  return output.trimEnd().split("\n").slice(-count).join("\n");
}
