import { join } from "node:path";
import { SetupError } from "./support/error.mjs";
import { withLock } from "./support/lock.mjs";
import { Progress } from "./support/progress.mjs";
import { toolsFolder } from "./support/record.mjs";
import { dependenciesReady, installDependencies } from "./setup/dependencies.mjs";
import { embeddedPostgresBinaries } from "./setup/postgres.mjs";
import { ensurePulumi, pulumiReady } from "./setup/pulumi.mjs";
import { ensureRedis, redisReady } from "./setup/redis.mjs";

/**
 * @typedef {object} SetupStep
 * @property {(root: string) => boolean} ready A look of a few milliseconds.
 * @property {(root: string, progress: Progress) => Promise<void>} ensure
 */

/** In order: the Pulumi installer is itself a dependency. @type {readonly SetupStep[]} */
const STEPS = [
  { ready: dependenciesReady, ensure: installDependencies },
  { ready: redisReady, ensure: ensureRedis },
  { ready: pulumiReady, ensure: ensurePulumi },
];

/**
 * Makes a checkout ready to run; says nothing when it is. Ends the process with a sentence when it cannot.
 * @param {string} root
 */
export async function setUp(root) {
  try {
    if (!STEPS.every((step) => step.ready(root))) await underLock(root);
    embeddedPostgresBinaries(root);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\n${error.message}`);
    process.exit(1);
  }
}

/** @param {string} root */
async function underLock(root) {
  const progress = new Progress();
  const onWait = (/** @type {number} */ pid) =>
    progress.doing("set-up", `waiting for another one, process ${pid}`);
  await withLock(join(toolsFolder(root), "setup.lock"), onWait, async () => {
    for (const step of STEPS) {
      if (!step.ready(root)) await step.ensure(root, progress);
    }
  });
}
