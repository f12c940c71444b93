import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "../support/error.mjs";
import { lastLines, run } from "../support/process.mjs";

const STEP = "dependencies";
const DEADLINE_MS = 15 * 60_000;

/** @typedef {Record<string, { version?: string, integrity?: string, optional?: boolean }>} LockedPackages */

/**
 * Whether node_modules is what the lock file says, for this Node.
 * @param {string} root
 */
export function dependenciesReady(root) {
  const marker = readIfThere(markerFile(root));
  if (marker === markerOf(root)) return true;
  const otherNode = marker !== undefined && !marker.endsWith(nodeAbi());
  if (otherNode || !matchesLockFile(root)) return false;
  writeFileSync(markerFile(root), markerOf(root)); // A developer's `npm install` came to the same.
  return true;
}

/**
 * Installs what the lock file says.
 * @param {string} root
 * @param {import("../support/progress.mjs").Progress} progress
 */
export async function installDependencies(root, progress) {
  // Install scripts stay off whatever npm's version: what they would do is done in our own steps.
  const args = ["ci", "--ignore-scripts", "--include=dev", "--include=optional"];
  const [command, first] = npm();
  const outcome = await progress.during(
    STEP,
    (seconds) => `installing from the lock file, ${seconds} s`,
    () => run(command, [...first, ...args], { cwd: root, deadlineMs: DEADLINE_MS }),
  );
  if (!outcome.ok) {
    throw new SetupError(
      `\`npm ci\` could not install the dependencies; check the network and start again. npm said:\n${lastLines(outcome.output, 8)}`,
    );
  }
  writeFileSync(markerFile(root), markerOf(root));
  progress.done(STEP, "installed from the lock file");
}

/**
 * @param {string} root
 * @returns {import("../find.mjs").Tool}
 */
export function findDependencies(root) {
  const neededFor = "everything";
  if (!dependenciesReady(root)) {
    const why = "node_modules is not what the lock file says";
    return { name: "npm packages", neededFor, missing: { why, command: "npm ci" } };
  }
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const found = { path: join(root, "node_modules"), version, from: "the lock file" };
  return { name: "npm packages", neededFor, found };
}

/** The npm that started us, or the one on the PATH. @returns {[string, string[]]} */
function npm() {
  const cli = process.env.npm_execpath;
  return cli && /npm-cli\.c?js$/.test(cli) ? [process.execPath, [cli]] : ["npm", []];
}

/** @param {string} root */
function markerFile(root) {
  return join(root, "node_modules", ".godwit-installed");
}

/** @param {string} root */
function markerOf(root) {
  const lock = createHash("sha256").update(readFileSync(join(root, "package-lock.json")));
  return `${lock.digest("hex")} ${nodeAbi()}`;
}

/** What compiled modules depend on. */
function nodeAbi() {
  return `${process.platform}-${process.arch}-${process.versions.modules}`;
}

/**
 * Compares npm's own list of what it installed with the lock file.
 * @param {string} root
 */
function matchesLockFile(root) {
  const installedFile = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) return false;
  const locked = packagesIn(join(root, "package-lock.json"));
  const installed = packagesIn(installedFile);
  return Object.entries(locked).every(([path, wanted]) => {
    const have = installed[path];
    if (!have) return path === "" || wanted.optional === true;
    return have.version === wanted.version && have.integrity === wanted.integrity;
  });
}

/**
 * @param {string} file
 * @returns {LockedPackages}
 */
function packagesIn(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

/** @param {string} file */
function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
