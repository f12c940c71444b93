import { code, folded, prose, table } from "./markdown.mjs";

/** @typedef {import("./looks.mjs").PolicyDocument} PolicyDocument */
/** @typedef {import("./looks.mjs").Answer<PolicyDocument>} PolicyAnswer */

/** @param {PolicyAnswer | undefined} answer */
export function policySentence(answer) {
  if (!answer?.document) return "";
  const { findings, waived, waiverProblems } = answer.document;
  const broken = findings.length + waiverProblems.length;
  const told = `policy: ${findings.length} broken, ${waived.length} waived`;
  const lapsed = waiverProblems.length > 0 ? `, ${waiverProblems.length} waivers not in force` : "";
  return ` · ${broken > 0 ? `**${told}${lapsed}**` : told}`;
}

/**
 * @param {PolicyDocument | undefined} document @param {number} most
 * @returns {string[]} lines
 */
export function policyLines(document, most) {
  if (!document) return [];
  const { findings, waived, waiverProblems, undecided } = document;
  return [
    ...table(
      ["policy", "resource", "is broken", "remedy"],
      findings.map((each) => [
        code(each.rule),
        code(each.resource),
        prose(each.problem),
        prose(each.remedy),
      ]),
      most,
    ),
    ...table(
      ["waiver not in force", "of", "because it", "remedy"],
      waiverProblems.map((each) => [
        `${code(each.rule)} for ${code(each.resources.join(", "))}`,
        prose(each.owner),
        prose(each.problem),
        prose(each.remedy),
      ]),
      most,
    ),
    ...folded(
      `${waived.length} waived`,
      table(
        ["policy", "resource", "because", "of, until"],
        waived.map((each) => [
          code(each.rule),
          code(each.resource),
          prose(each.reason),
          prose(`${each.owner}, ${each.expires}`),
        ]),
        most,
      ),
    ),
    ...folded(
      `${undecided.length} known only after the update`,
      table(
        ["policy", "resource"],
        undecided.map((each) => [code(each.rule), code(each.resource)]),
        most,
      ),
    ),
  ];
}
