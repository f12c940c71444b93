// Markdown for GitHub's comments and issues, out of text that anybody may have written.

/** GitHub takes no comment and no issue of more than 65,536 characters; the rest is for what marks it as ours. */
export const LIMIT = 65_536 - 100;
const MOST_ROWS = 1000;
const CELL = 300;

/** What Markdown, HTML or GitHub reads as more than a character. */
const MARKUP = /[&<>\\`*_{}[\]()#+!|~:@$^]/g;

/**
 * Text in a sentence or a table's cell: none of it becomes markup, a link, a mention or a reference.
 * @param {string} text
 */
export function prose(text, length = CELL) {
  return entities(clip(oneLine(text), length)).replaceAll(/&#(?:64|35);/g, "$&&#8203;");
}

/**
 * A name, as code.
 * @param {string} text
 */
export function code(text, length = CELL) {
  return `<code>${entities(clip(oneLine(text), length))}</code>`;
}

/** @param {string} text */
function entities(text) {
  return text
    .replaceAll(MARKUP, (sign) => `&#${sign.codePointAt(0)};`)
    .replaceAll(/(www)\./gi, "$1&#46;");
}

/** @param {string} text */
function oneLine(text) {
  return text.replaceAll(/[\s\u0000-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+/g, " ");
}

/** @param {string} text @param {number} length */
function clip(text, length) {
  const letters = [...text];
  return letters.length <= length ? text : `${letters.slice(0, length - 1).join("")}…`;
}

/**
 * Rows whose cells are Markdown already; past the first `most` it says how many are left out.
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 * @param {number} most
 * @returns {string[]} lines
 */
export function table(head, rows, most) {
  if (rows.length === 0) return [];
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(" | ")} |`;
  const left = rows.length - most;
  return [
    line(head),
    line(head.map(() => "---")),
    ...rows.slice(0, most).map(line),
    "",
    ...(left > 0 ? [`**${left} more are left out here**: the run's artifact has them.`, ""] : []),
  ];
}

/**
 * Lines that open on a click; nothing where there are none.
 * @param {string} summary @param {readonly string[]} lines
 * @returns {string[]} lines
 */
export function folded(summary, lines) {
  if (lines.length === 0) return [];
  return [`<details><summary>${summary}</summary>`, "", ...lines, "", "</details>", ""];
}

/**
 * The longest rendering that GitHub takes: with as many rows a table as fit.
 * @param {(most: number) => readonly string[]} render lines, with at most so many rows in each table
 */
export function fitted(render, limit = LIMIT) {
  for (let most = MOST_ROWS; most > 0; most = Math.floor(most / 2)) {
    const text = render(most).join("\n");
    if (text.length <= limit) return text;
  }
  return render(0).join("\n");
}
