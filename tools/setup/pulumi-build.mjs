import { mkdirSync, readFileSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { SetupError } from "../support/error.mjs";
import { lastLines, onPath, run } from "../support/process.mjs";
import { toolsFolder } from "../support/record.mjs";

const PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const DEADLINE_MS = 30 * 60_000;

/** @param {string} root */
export function builtPulumi(root) {
  return join(toolsFolder(root), `pulumi-${pinnedVersion(root)}`, "bin", "pulumi");
}

/**
 * Builds the CLI that tools/go.mod pins; false when there is no Go. Throws when the build fails.
 * @param {string} root
 * @param {import("../support/progress.mjs").Progress} progress
 * @param {string} step
 * @returns {Promise<boolean>}
 */
export async function buildPulumi(root, progress, step) {
  const go = onPath("go");
  if (!go) return false;
  const target = builtPulumi(root);
  const partial = `${target}.partial`;
  mkdirSync(dirname(target), { recursive: true });
  let packages = 0;
  const outcome = await progress.during(
    step,
    (seconds) =>
      `building with Go, some minutes the first time: ${packages} packages, ${seconds} s`,
    () =>
      run(go, buildArguments(pinnedVersion(root), partial), {
        cwd: join(root, "tools"),
        deadlineMs: DEADLINE_MS,
        onOutput: (text) => (packages += compiledIn(text)),
      }),
  );
  if (!outcome.ok) throw buildFailed(outcome);
  renameSync(partial, target);
  return true;
}

/**
 * @param {string} version
 * @param {string} output
 */
function buildArguments(version, output) {
  // The CLI's releases are stamped this way; without it the Automation API cannot read the version.
  const stamps = ["sdk/v3/go/common/version", "pkg/v3/version"].map(
    (module) => `-X github.com/pulumi/pulumi/${module}.Version=v${version}`,
  );
  return ["build", "-v", "-ldflags", ["-s -w", ...stamps].join(" "), "-o", output, PACKAGE];
}

/**
 * Packages named in a piece of `go build -v`'s output, which also tells of downloads.
 * @param {string} text
 */
function compiledIn(text) {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("go: ")).length;
}

/** @param {import("../support/process.mjs").Outcome} outcome */
function buildFailed(outcome) {
  const reason = outcome.timedOut ? "took more than 30 minutes" : "failed";
  return new SetupError(
    `Building the Pulumi CLI with Go ${reason}: check the network and Go's version (1.25 or later), or put a Pulumi ` +
      `CLI on the PATH, then start again. Go said:\n${lastLines(outcome.output)}`,
  );
}

/** @param {string} root */
function pinnedVersion(root) {
  const file = join(root, "tools", "go.mod");
  const version = /github\.com\/pulumi\/pulumi\/pkg\/v3 v(\S+)/.exec(
    readFileSync(file, "utf8"),
  )?.[1];
  if (!version)
    throw new SetupError(`${file} does not name the version of github.com/pulumi/pulumi/pkg/v3.`);
  return version;
}
