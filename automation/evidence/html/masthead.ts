import { figuresOf, type Figure } from "../figures.ts";
import { duration, moment } from "../format.ts";
import { whereItRan } from "../sentences.ts";
import type { Summary } from "../summary.ts";
import { verdictOf } from "../verdict.ts";
import { markup, type Markup } from "./markup.ts";
import { facts, prose, sign } from "./parts.ts";

/** What a reader needs first: which run, its verdict, and the figures that decide it. */
export function masthead(summary: Summary): Markup {
  const { tone, headline } = verdictOf(summary);
  const figures = figuresOf(summary);
  return markup`
<header>
<div class="kind"><b>godwit</b><span>Evidence of a ${summary.rehearsal ? "rehearsal" : "migration"}</span></div>
<h1>${summary.title || summary.runbook}</h1>
<p class="lead">${whereItRan(summary)}</p>
<div class="verdict ${tone}">${sign(tone, headline)}<div><strong>${headline}</strong>${prose(summary.sentence)}</div></div>
${runFacts(summary)}
${figures.length > 0 && markup`<dl class="figures">${figures.map(figure)}</dl>`}
</header>`;
}

function runFacts({ run, startedBy, startedAt, endedAt }: Summary): Markup {
  return facts([
    ["Run", markup`<code>${run}</code>`],
    ["Started by", startedBy],
    ["Started", moment(startedAt)],
    [
      "Ended",
      endedAt &&
        markup`${moment(endedAt)}<span class="sub">after ${tookOf(startedAt, endedAt)}</span>`,
    ],
  ]);
}

function tookOf(startedAt: string, endedAt: string): string {
  return duration(Date.parse(endedAt) - Date.parse(startedAt));
}

function figure({ label, value, note, tone }: Figure): Markup {
  return markup`<div class="figure ${tone}"><dt>${label}</dt><dd class="value">${value}</dd><dd class="note">${note}</dd></div>
`;
}
