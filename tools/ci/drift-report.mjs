import { changesIn, counted } from "./changes.mjs";
import { code, fitted } from "./markdown.mjs";
import { changesTable, failed } from "./preview-report.mjs";

/** @typedef {import("./looks.mjs").Looked} Looked */

/**
 * `unknown` where a look is missing or failed: then what was found of the others does not mean that all is well.
 * @param {readonly Looked[]} looks
 * @returns {"drift" | "none" | "unknown"}
 */
export function verdict(looks) {
  const found = looks.map(({ look }) => look?.preview.document);
  if (found.some((document) => document && changesIn(document.resources).length > 0))
    return "drift";
  return found.every(Boolean) ? "none" : "unknown";
}

/**
 * What others have changed in the cloud since each stack's last update.
 * @param {object} question
 * @param {readonly Looked[]} question.looks
 * @param {string} question.commit
 * @param {string} question.runUrl
 */
export function driftReport({ looks, commit, runUrl }) {
  return fitted((most) => [
    "The cloud is not as the last update of these stacks left it.",
    "",
    ...looks.flatMap((looked) => [`### ${code(looked.stack)}`, "", ...stackLines(looked, most)]),
    "To keep what was changed, put it into the settings or the program. To take it back, start the workflow *deploy* once more.",
    "",
    `Looked at with commit ${code(commit.slice(0, 12))}, [log](${runUrl}).`,
  ]);
}

/**
 * @param {Looked} looked @param {number} most
 * @returns {string[]}
 */
function stackLines({ look }, most) {
  if (!look) return ["**No look at this stack**: the job ended before it. Its log has why.", ""];
  if (!look.preview.document) return failed("Look", look.preview);
  const changes = changesIn(look.preview.document.resources);
  return [
    `Target ${code(look.target)}: **${counted(changes)}**.`,
    "",
    ...changesTable(changes, most),
  ];
}
