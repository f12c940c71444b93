import { monthlyTotal, type CostChange } from "./cost.ts";
import type { Evidence } from "./document.ts";
import { figuresOf } from "./figures.ts";
import { count, duration, moment, money } from "./format.ts";
import { outcomeOf, timeOf } from "./outcome.ts";
import { POLICY_COLUMNS, policyRows, policySentence, type PolicyResult } from "./policy.ts";
import type { Summary } from "./summary.ts";
import {
  bypassSentence,
  changesOf,
  costSentence,
  trafficCells,
  wayBackOf,
  whereItRan,
} from "./sentences.ts";
import { closedText, phasesText } from "./switches.ts";
import { verdictOf } from "./verdict.ts";

/** The evidence to read in a terminal or to paste into a ticket. It names the signature but does not carry the chain. */
export function renderMarkdown(evidence: Evidence): string {
  const parts = [
    heading(evidence),
    table(
      ["Figure", "Value", ""],
      figuresOf(evidence).map(({ label, value, note }) => [label, value, note]),
    ),
    titled("Success criteria", criteria(evidence)),
    titled("Steps", wayBackOf(evidence), steps(evidence)),
    titled("Switches of the traffic", switches(evidence)),
    titled("What clients saw during the move", ...traffic(evidence)),
    titled("Verification of the data", verification(evidence)),
    titled("Approvals", approvals(evidence)),
    titled("Infrastructure updates", stackUpdates(evidence)),
    evidence.policy && titled("HIPAA policy", policy(evidence.policy)),
    evidence.cost && titled("Monthly cost", costSentence(evidence.cost), cost(evidence.cost)),
    titled("What this run cannot show", evidence.limits.map((limit) => `- ${limit}`).join("\n")),
    titled("Chain and signature", seal(evidence)),
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

function heading(summary: Summary): string {
  const { title, runbook, run, startedBy, startedAt, endedAt, sentence } = summary;
  const ended = endedAt ? `, ended ${moment(endedAt)}` : "";
  return [
    `# ${title || runbook}`,
    `**${verdictOf(summary).headline}.** ${sentence}`,
    `${whereItRan(summary)} Run \`${run}\`, started by ${startedBy} ${moment(startedAt)}${ended}.`,
  ].join("\n\n");
}

function criteria({ criteria }: Summary): string {
  return criteria
    .map(({ title, met, proof }) => `- [${met ? "x" : " "}] ${title}: ${proof}`)
    .join("\n");
}

function steps({ plan }: Summary): string {
  const rows = plan.map((step) => [
    step.title,
    outcomeOf(step).words,
    timeOf(step),
    step.error ?? "",
  ]);
  return table(["Step", "Outcome", "Duration", "Error"], rows);
}

function switches({ switches = [] }: Summary): string {
  const rows = switches.map((each) => [
    `to the ${each.side}`,
    moment(each.at),
    duration(each.heldMs),
    phasesText(each),
    count(each.strangersKilled),
    closedText(each),
  ]);
  const columns = [
    "Switch",
    "When",
    "Clients waited",
    "Phases",
    "Strangers killed",
    "Clients closed",
  ];
  return table(columns, rows);
}

function traffic({ traffic }: Summary): string[] {
  if (!traffic) return [];
  const cells = trafficCells(traffic);
  const row = table(
    cells.map(([title]) => title),
    [cells.map(([, value]) => value)],
  );
  return [...(traffic.bypass ? [bypassSentence(traffic.bypass)] : []), row];
}

function verification({ verification }: Summary): string {
  const rows = verification.map(({ what, at, source, target, differences }) => [
    what,
    moment(at),
    count(source),
    count(target),
    count(differences),
  ]);
  return table(["Compared", "When", "On the source", "On the target", "Differences"], rows);
}

function approvals({ approvals }: Summary): string {
  const rows = approvals.map(({ gate, asks, by, at }) => [asks || gate, by, moment(at)]);
  return table(["What was confirmed", "By", "When"], rows);
}

function stackUpdates({ stackUpdates }: Summary): string {
  const rows = stackUpdates.map((update) => [
    update.step,
    update.stage,
    changesOf(update),
    duration(update.durationMs),
    update.repaired ?? "",
  ]);
  return table(["Step", "Stage", "Resources", "Duration", "Mended first"], rows);
}

function policy(result: PolicyResult): string {
  const rows = table(POLICY_COLUMNS, policyRows(result));
  return [policySentence(result), rows].filter(Boolean).join("\n\n");
}

function cost({ before, during, after, currency }: CostChange): string {
  const rows = (when: string, lines: CostChange["before"]) => [
    ...lines.map(({ what, monthly }) => [when, what, money(monthly, currency)]),
    [when, "**Total**", `**${money(monthlyTotal(lines), currency)}**`],
  ];
  return table(
    ["", "What", "A month"],
    [
      ...rows("Before", before),
      ...(during ? rows("During the migration", during) : []),
      ...rows("After", after),
    ],
  );
}

function seal({ events, signature }: Evidence): string {
  return [
    `${events.length} events, the last with hash \`${events.at(-1)?.hash}\`.`,
    `Signed with ${signature.algorithm} by the key \`${signature.fingerprint}\`.`,
    "This text cannot be checked by itself: the HTML and JSON forms can.",
  ].join("\n");
}

/** A section; left out when it has no content. */
function titled(title: string, ...content: readonly string[]): string {
  return content.at(-1) ? [`## ${title}`, ...content].join("\n\n") : "";
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

function cell(text: string): string {
  return text.replace(/\r?\n/g, " ").replaceAll("|", "\\|");
}
