import type { Tone } from "../verdict.ts";
import { markup, trusted, type Insert, type Markup } from "./markup.ts";

const SIGNS: Readonly<Record<Tone, string>> = {
  good: "M7.5 12.5l3 3 6-6.5",
  warn: "M12 7v6M12 16.5v.01",
  bad: "M8.5 8.5l7 7M15.5 8.5l-7 7",
  open: "M12 7.5V12l3 2",
};

/** A round sign for a tone; `label` says it to those who do not see it. */
export function sign(tone: Tone, label: string): Markup {
  return markup`<svg viewBox="0 0 24 24" role="img" aria-label="${label}" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><circle cx="12" cy="12" r="9.5"/><path d="${trusted(SIGNS[tone])}"/></svg>`;
}

/** Text in which what stands between backticks is code. */
export function prose(text: string): Markup[] {
  return text
    .split("`")
    .map((part, i) => (i % 2 === 1 ? markup`<code>${part}</code>` : markup`${part}`));
}

export function section(id: string, title: string, content: Insert): Markup {
  return markup`
<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${content}
</section>`;
}

export interface Column {
  readonly title: string;
  readonly number?: boolean;
}

/** A table; cells of number columns stand at the right. */
export function table(columns: readonly Column[], rows: readonly (readonly Insert[])[]): Markup {
  const align = (index: number) => columns[index]?.number && markup` class="number"`;
  const head = columns.map(({ title }, i) => markup`<th scope="col"${align(i)}>${title}</th>`);
  const body = rows.map((cells) => {
    const data = cells.map((cell, i) => markup`<td${align(i)}>${cell}</td>`);
    return markup`<tr>${data}</tr>\n`;
  });
  return markup`<div class="scroll"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody>
</table></div>`;
}

/** Terms and what they are; a pair without a value is left out. */
export function facts(pairs: readonly (readonly [string, Insert])[]): Markup {
  const present = pairs.filter(([, value]) => value !== undefined && value !== "");
  return markup`<dl class="facts">${present.map(
    ([term, value]) => markup`<div><dt>${term}</dt><dd>${value}</dd></div>\n`,
  )}</dl>`;
}
