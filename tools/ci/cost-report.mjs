import { folded, prose, table } from "./markdown.mjs";

/** @typedef {import("./looks.mjs").CostDocument} CostDocument */
/** @typedef {import("./looks.mjs").CostLine} CostLine */

/** @param {import("./looks.mjs").Answer<CostDocument> | undefined} answer */
export function costSentence(answer) {
  if (!answer?.document) return "";
  const { currency, deployed, monthly, during } = answer.document;
  const meanwhile = total(during);
  const beside = meanwhile > 0 ? `, and ${money(meanwhile)} while a migration runs` : "";
  const unit = prose(currency);
  if (!deployed) return ` · ${money(monthly)} ${unit} a month, not deployed yet${beside}`;
  const change = monthly - deployed.monthly;
  return ` · a month ${money(deployed.monthly)} → ${money(monthly)} ${unit} (${signed(change)})${beside}`;
}

/**
 * The lines of the estimate that change.
 * @param {CostDocument | undefined} document @param {number} most
 * @returns {string[]} lines
 */
export function costLines(document, most) {
  if (!document?.deployed) return [];
  const { asOf, region, deployed, lines } = document;
  const before = sums(deployed.lines);
  const after = sums(lines);
  const rows = [...new Set([...before.keys(), ...after.keys()])]
    .map((what) => ({ what, was: before.get(what) ?? 0, is: after.get(what) ?? 0 }))
    .filter(({ was, is }) => cents(was) !== cents(is))
    .map(({ what, was, is }) => [prose(what), money(was), money(is), signed(is - was)]);
  const source = `List prices of ${prose(region)}, ${prose(asOf)}.`;
  return folded(`${rows.length} lines of the cost change`, [
    ...table(["a month", "deployed", "planned", "change"], rows, most),
    ...(rows.length > 0 ? [source] : []),
  ]);
}

/** @param {readonly CostLine[]} lines */
function sums(lines) {
  /** @type {Map<string, number>} */
  const sum = new Map();
  for (const { what, monthly } of lines) sum.set(what, (sum.get(what) ?? 0) + monthly);
  return sum;
}

/** @param {readonly CostLine[]} lines */
function total(lines) {
  return lines.reduce((sum, { monthly }) => sum + monthly, 0);
}

/** @param {number} amount */
function cents(amount) {
  return Math.round(amount * 100);
}

/** @param {number} amount */
function money(amount) {
  return amount.toFixed(2);
}

/** @param {number} change */
function signed(change) {
  if (cents(change) === 0) return "no change";
  return `${change > 0 ? "+" : "−"}${money(Math.abs(change))}`;
}
