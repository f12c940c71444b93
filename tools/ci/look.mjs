// node tools/ci/look.mjs STACK FOLDER [--drift]: what an update of a stack would change, break and cost, or what others
// have changed in its cloud, as a file in the folder. Ends as the first of its commands that does not end with 0.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ask } from "./godwit.mjs";
import { fileOf } from "./looks.mjs";
import { targetOf } from "./target.mjs";

/** @typedef {import("./looks.mjs").Look} Look */

const REFUSED = 4;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { drift: { type: "boolean" } },
});
const [stack = "", folder = ""] = positionals;
const look = await (values.drift ? lookForDrift(stack) : lookAhead(stack));
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, fileOf(stack)), JSON.stringify(look, null, 2));
process.exitCode = exitCode(look);

/** @param {string} stack @returns {Promise<Look>} */
async function lookForDrift(stack) {
  const target = targetOf(stack);
  return { stack, target, preview: await askPreview(target, stack, ["--refresh"]) };
}

/** @param {string} stack @returns {Promise<Look>} */
async function lookAhead(stack) {
  const target = targetOf(stack);
  const preview = await askPreview(target, stack);
  // The others begin with the same preview.
  if (!preview.document) return { stack, target, preview };
  const policy = await ask(["policy", target, "--stack", stack]);
  const cost = await ask(["cost", target, "--stack", stack]);
  return { stack, target, preview, policy, cost };
}

/**
 * Only what the reports show: whoever may read the repository may read what its jobs hand on.
 * @param {string} target @param {string} stack @param {readonly string[]} flags
 * @returns {Promise<Look["preview"]>}
 */
async function askPreview(target, stack, flags = []) {
  /** @type {Look["preview"]} */
  const { document, ...answer } = await ask(["preview", target, "--stack", stack, ...flags]);
  if (!document) return answer;
  const resources = document.resources.map(({ urn, type, name, op, changed }) => ({
    ...{ urn, type, name, op, changed },
  }));
  return { ...answer, document: { resources } };
}

/** Findings do not count where the policy is only to be reported. @param {Look} look */
function exitCode({ preview, policy, cost }) {
  const tolerated = process.env["GODWIT_POLICY"] === "report" && policy?.code === REFUSED;
  return preview.code || (tolerated ? 0 : policy?.code) || cost?.code || 0;
}
