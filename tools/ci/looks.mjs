import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What a command of godwit said.
 * @template Document
 * @typedef {object} Answer
 * @property {number} code Its exit code.
 * @property {Document} [document] What it printed.
 * @property {string} [error] Why it failed, as one paragraph.
 */

/** @typedef {{ urn: string, type: string, name: string, op: string, changed: string[] }} Resource */
/** @typedef {{ rule: string, resource: string, problem: string, remedy: string }} Finding */
/** @typedef {{ what: string, monthly: number }} CostLine */

/** @typedef {{ resources: Resource[] }} PreviewDocument */

/**
 * @typedef {object} PolicyDocument
 * @property {Finding[]} findings
 * @property {(Finding & { reason: string, owner: string, expires: string })[]} waived
 * @property {{ rule: string, resources: string[], owner: string, problem: string, remedy: string }[]} waiverProblems
 * @property {{ rule: string, resource: string }[]} undecided
 */

/**
 * @typedef {object} CostDocument
 * @property {string} currency
 * @property {string} asOf
 * @property {string} region
 * @property {CostLine[]} lines
 * @property {number} monthly
 * @property {CostLine[]} during
 * @property {{ lines: CostLine[], monthly: number } | null} deployed
 */

/**
 * A look at one stack. Only the preview is always there: where it fails, or for drift, nothing else is asked.
 * @typedef {object} Look
 * @property {string} stack
 * @property {string} target
 * @property {Answer<PreviewDocument>} preview
 * @property {Answer<PolicyDocument>} [policy]
 * @property {Answer<CostDocument>} [cost]
 */

/** @typedef {{ stack: string, look: Look | undefined }} Looked */

/**
 * The looks in a folder, in the order of the stacks; none for a stack whose job ended before it had one.
 * @param {string} folder
 * @param {readonly string[]} stacks
 * @returns {Looked[]}
 */
export function readLooks(folder, stacks) {
  return stacks.map((stack) => ({ stack, look: read(join(folder, fileOf(stack))) }));
}

/** @param {string} stack */
export function fileOf(stack) {
  return `${stack}.json`;
}

/**
 * @param {string} path
 * @returns {Look | undefined}
 */
function read(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return undefined;
    throw error;
  }
}
