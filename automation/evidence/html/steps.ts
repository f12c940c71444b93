import { moment } from "../format.ts";
import { outcomeOf, timeOf } from "../outcome.ts";
import { wayBackOf } from "../sentences.ts";
import { pointOfNoReturn, type StepRecord } from "../steps.ts";
import type { Summary } from "../summary.ts";
import { markup, type Markup } from "./markup.ts";
import { prose, section } from "./parts.ts";

/** The steps in order, how long each took, and where the way back ends. */
export function stepsSection(summary: Summary): Markup {
  const { plan } = summary;
  const end = pointOfNoReturn(plan);
  const longest = Math.max(1, ...plan.filter(isWork).map((step) => step.durationMs ?? 0));
  const rows = plan.map((step, index) => [
    step === end && noReturnRow(step),
    row(step, index + 1, longest),
  ]);
  return section(
    "steps",
    "Steps",
    markup`<p>${wayBackOf(summary)}</p>
<div class="scroll"><table>
<thead><tr><th scope="col" class="number">No.</th><th scope="col">Step</th><th scope="col">Outcome</th><th scope="col">Duration</th></tr></thead>
<tbody>
${rows}</tbody>
</table></div>`,
  );
}

function row(step: StepRecord, number: number, longest: number): Markup {
  const { words, tone } = outcomeOf(step);
  const error = step.error && markup`<span class="error">${prose(step.error)}</span>`;
  const again = step.attempts > 1 && markup`<span class="sub">begun ${step.attempts} times</span>`;
  return markup`<tr><td class="number">${number}</td>
<td>${step.title}<span class="sub"><code>${step.id}</code></span>${error}</td>
<td><span class="tag ${tone}">${words}</span>${again}</td>
<td class="duration">${timeOf(step)}${bar(step, longest)}</td></tr>
`;
}

/** Waiting for a person or for time is no measure of the work: its bar is hatched, and full. */
function bar(step: StepRecord, longest: number): Markup | undefined {
  if (step.durationMs === undefined) return undefined;
  const share = isWork(step) ? Math.min(100, (100 * step.durationMs) / longest) : 100;
  const look = isWork(step) ? outcomeOf(step).tone : "wait";
  return markup`<span class="bar ${look}" aria-hidden="true"><i style="width:${share.toFixed(1)}%"></i></span>`;
}

function noReturnRow(step: StepRecord): Markup {
  const passed = step.startedAt ? `passed ${moment(step.startedAt)}` : "not reached";
  return markup`<tr class="no-return"><td></td><td colspan="3">Point of no return, ${passed}</td></tr>
`;
}

function isWork(step: StepRecord): boolean {
  return step.kind === "work";
}
