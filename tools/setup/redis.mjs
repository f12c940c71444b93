import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SetupError } from "../support/error.mjs";
import { isExecutable, lastLines, onPath, run } from "../support/process.mjs";
import { recalled, remember, toolsFolder } from "../support/record.mjs";
import { atLeast } from "../support/version.mjs";
import { packageManager } from "./package-manager.mjs";

/** @typedef {import("../find.mjs").FoundTool} FoundTool */

const STEP = "Redis";
const NAME = "redis-server";
const MINIMUM = "6.2.0";

/** @param {string} root */
export function redisReady(root) {
  return recalled(root, NAME) !== undefined;
}

/**
 * Sees to a Redis server with TLS: the one on the PATH, else the system's package when we are root.
 * @param {string} root
 * @param {import("../support/progress.mjs").Progress} progress
 */
export async function ensureRedis(root, progress) {
  const found = (await usable(root)) ?? (await installed(root, progress));
  if (!found)
    throw new SetupError(`${whyMissing()}: run \`${installCommand()}\`, then start again.`);
  remember(root, NAME, found);
  progress.done(STEP, `${found.version} with TLS, from ${found.from}`);
}

/**
 * @param {string} root
 * @returns {Promise<import("../find.mjs").Tool>}
 */
export async function findRedis(root) {
  const neededFor = "rehearsals of Redis moves";
  const found = recalled(root, NAME) ?? (await usable(root));
  if (found) return { name: STEP, neededFor, found };
  return { name: STEP, neededFor, missing: { why: whyMissing(), command: installCommand() } };
}

/**
 * @param {string} root
 * @returns {Promise<FoundTool | undefined>}
 */
async function usable(root) {
  /** @type {[string | undefined, string][]} */
  const candidates = [
    [onPath("redis-server"), "the PATH"],
    [linkedServer(root), "the system's package"],
  ];
  for (const [path, from] of candidates) {
    const version = path && isExecutable(path) ? await versionWithTls(path) : undefined;
    if (path && version && atLeast(version, MINIMUM)) return { path, version, from };
  }
  return undefined;
}

/**
 * Version of a server that knows TLS, told by starting it: with no port at all it reads its configuration and
 * ends at once, and a build without TLS refuses `tls-port`.
 * @param {string} path
 * @returns {Promise<string | undefined>}
 */
async function versionWithTls(path) {
  const args = ["--port", "0", "--tls-port", "0", "--save", ""];
  const { output } = await run(path, args, { cwd: tmpdir(), deadlineMs: 10_000 });
  if (!output.includes("Configured to not listen anywhere")) return undefined;
  return /version=(\d+\.\d+\.\d+)/.exec(output)?.[1];
}

/**
 * @param {string} root
 * @param {import("../support/progress.mjs").Progress} progress
 */
async function installed(root, progress) {
  const manager = packageManager();
  if (!manager || process.getuid?.() !== 0) return undefined;
  const outcome = await progress.during(
    STEP,
    (seconds) => `installing the system's package with ${manager.name}, ${seconds} s`,
    () => manager.install(),
  );
  if (!outcome.ok) {
    throw new SetupError(
      `${whyMissing()}, and \`${installCommand()}\` failed: see to it, then start again. It said:\n${lastLines(outcome.output)}`,
    );
  }
  if (manager.serverBinary) linkServer(root, manager.serverBinary);
  return usable(root);
}

/**
 * @param {string} root
 * @param {string} binary
 */
function linkServer(root, binary) {
  const link = linkedServer(root);
  mkdirSync(join(toolsFolder(root), "redis"), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(binary, link);
}

/** @param {string} root */
function linkedServer(root) {
  return join(toolsFolder(root), "redis", "redis-server");
}

function whyMissing() {
  return `Redis ${MINIMUM} or later, built with TLS, is missing`;
}

function installCommand() {
  return packageManager()?.command ?? "brew install redis";
}
