import { changesIn, counted } from "./changes.mjs";
import { costLines, costSentence } from "./cost-report.mjs";
import { code, fitted, prose, table } from "./markdown.mjs";
import { policyLines, policySentence } from "./policy-report.mjs";

/** @typedef {import("./looks.mjs").Looked} Looked */
/** @typedef {import("./looks.mjs").Look} Look */

const ERROR_LENGTH = 2000;

/**
 * What an update of each stack would change, break in the policy, and cost.
 * @param {object} question
 * @param {readonly Looked[]} question.looks
 * @param {string} question.commit
 * @param {string} question.runUrl Where the log is.
 */
export function previewReport({ looks, commit, runUrl }) {
  return fitted((most) => [
    "## What an update would change",
    "",
    ...looks.flatMap((looked) => [`### ${code(looked.stack)}`, "", ...stackLines(looked, most)]),
    `Commit ${code(commit.slice(0, 12))}, [log](${runUrl}).`,
  ]);
}

/**
 * @param {Looked} looked @param {number} most
 * @returns {string[]}
 */
function stackLines({ look }, most) {
  if (!look) return ["**No look at this stack**: the job ended before it. Its log has why.", ""];
  const { target, preview, policy, cost } = look;
  if (!preview.document) return failed("Preview", preview);
  const changes = changesIn(preview.document.resources);
  return [
    `Target ${code(target)}: **${counted(changes)}**${policySentence(policy)}${costSentence(cost)}.`,
    "",
    ...changesTable(changes, most),
    ...(policy && !policy.document ? failed("Policy", policy) : []),
    ...(cost && !cost.document ? failed("Cost", cost) : []),
    ...policyLines(policy?.document, most),
    ...costLines(cost?.document, most),
  ];
}

/** @param {readonly import("./changes.mjs").Change[]} changes @param {number} most */
export function changesTable(changes, most) {
  const rows = changes.map(({ kind, type, name, properties }) => [
    kind === "replaced" || kind === "deleted" ? `**${kind}**` : kind,
    code(name),
    code(type),
    properties.length > 0 ? code(properties.join(", ")) : "",
  ]);
  return table(["", "resource", "type", "properties"], rows, most);
}

/** @param {string} what @param {import("./looks.mjs").Answer<unknown>} answer */
export function failed(what, { code: exit, error }) {
  const why = error === undefined ? "The job's log has why." : prose(error, ERROR_LENGTH);
  return [`**${what} failed** (exit code ${exit}). ${why}`, ""];
}
