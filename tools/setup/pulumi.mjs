import { join } from "node:path";
import { SetupError } from "../support/error.mjs";
import { isExecutable, onPath, run } from "../support/process.mjs";
import { recalled, remember } from "../support/record.mjs";
import { atLeast } from "../support/version.mjs";
import { buildPulumi, builtPulumi } from "./pulumi-build.mjs";
import { installPulumi, installedPulumi } from "./pulumi-install.mjs";

/** @typedef {import("../find.mjs").FoundTool} FoundTool */
/** @typedef {import("../support/progress.mjs").Progress} Progress */

const STEP = "Pulumi CLI";
const NAME = "pulumi";
/** The commands and flags our Automation API uses are all there from here on. */
const MINIMUM = "3.200.0";
const INSTALL_COMMAND = "curl -fsSL https://get.pulumi.com | sh";

/** @param {string} root */
export function pulumiReady(root) {
  return recalled(root, NAME) !== undefined;
}

/**
 * Sees to a Pulumi CLI: the one on the PATH, else the official installer's, else one built with Go.
 * @param {string} root
 * @param {Progress} progress
 */
export async function ensurePulumi(root, progress) {
  const ways = [usable, viaInstaller, viaGoBuild];
  for (const way of ways) {
    const found = await way(root, progress);
    if (!found) continue;
    remember(root, NAME, found);
    progress.done(STEP, `${found.version}, from ${found.from}`);
    return;
  }
  throw new SetupError(
    "The Pulumi CLI is missing, its installer at https://get.pulumi.com cannot be reached, and there is no Go to " +
      `build it with: run \`${INSTALL_COMMAND}\` or install Go 1.25 or later, then start again.`,
  );
}

/**
 * @param {string} root
 * @returns {Promise<import("../find.mjs").Tool>}
 */
export async function findPulumi(root) {
  const neededFor = "everything that plans or changes infrastructure";
  const found = recalled(root, NAME) ?? (await usable(root));
  if (found) return { name: STEP, neededFor, found };
  const why = `no pulumi ${MINIMUM} or later on the PATH or in ${join(root, ".godwit", "tools")}`;
  return { name: STEP, neededFor, missing: { why, command: INSTALL_COMMAND } };
}

/**
 * The first CLI already here that is new enough.
 * @param {string} root
 * @returns {Promise<FoundTool | undefined>}
 */
async function usable(root) {
  /** @type {[string | undefined, string][]} */
  const candidates = [
    [onPath("pulumi"), "the PATH"],
    [installedPulumi(root), "the official installer"],
    [builtPulumi(root), "our Go build"],
  ];
  for (const [path, from] of candidates) {
    const version = path && isExecutable(path) ? await versionOf(path) : undefined;
    if (path && version && atLeast(version, MINIMUM)) return { path, version, from };
  }
  return undefined;
}

/**
 * @param {string} root
 * @param {Progress} progress
 */
async function viaInstaller(root, progress) {
  return (await installPulumi(root, progress, STEP)) ? usable(root) : undefined;
}

/**
 * @param {string} root
 * @param {Progress} progress
 */
async function viaGoBuild(root, progress) {
  return (await buildPulumi(root, progress, STEP)) ? usable(root) : undefined;
}

/** @param {string} path */
async function versionOf(path) {
  const env = { PULUMI_SKIP_UPDATE_CHECK: "true" };
  const { output } = await run(path, ["version"], { env, deadlineMs: 20_000 });
  return /^v(\d+\.\d+\.\d+\S*)/m.exec(output)?.[1];
}
