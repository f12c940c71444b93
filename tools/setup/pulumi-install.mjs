import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../support/process.mjs";
import { toolsFolder } from "../support/record.mjs";

const INSTALLER = "https://get.pulumi.com/install.sh";
const CONNECT_DEADLINE_MS = 10_000;
const INSTALL_DEADLINE_MS = 5 * 60_000;

/** @param {string} root */
export function installedPulumi(root) {
  return join(installFolder(root), "bin", "pulumi");
}

/**
 * Has the Automation API's own installer fetch the CLI; false, quickly and quietly, where it cannot be reached.
 * @param {string} root
 * @param {import("../support/progress.mjs").Progress} progress
 * @param {string} step
 * @returns {Promise<boolean>}
 */
export async function installPulumi(root, progress, step) {
  progress.doing(step, "asking the official installer");
  if (!(await reachable())) return false;
  // In a process of its own: the installer has no deadline, a process group can be killed.
  const script = fileURLToPath(new URL("./pulumi-install-child.mjs", import.meta.url));
  const outcome = await progress.during(
    step,
    (seconds) => `installing, ${seconds} s`,
    () => run(process.execPath, [script, installFolder(root)], { deadlineMs: INSTALL_DEADLINE_MS }),
  );
  return outcome.ok;
}

async function reachable() {
  try {
    const signal = AbortSignal.timeout(CONNECT_DEADLINE_MS);
    return (await fetch(INSTALLER, { method: "HEAD", signal })).ok;
  } catch {
    return false;
  }
}

/** @param {string} root */
function installFolder(root) {
  return join(toolsFolder(root), "pulumi-installed");
}
