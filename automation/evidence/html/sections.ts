import { monthlyTotal, type CostLine } from "../cost.ts";
import { count, duration, moment, money } from "../format.ts";
import { bypassSentence, changesOf, costSentence, trafficCells } from "../sentences.ts";
import { POLICY_COLUMNS, policyRows, policySentence } from "../policy.ts";
import type { Summary } from "../summary.ts";
import { closedText, phasesText } from "../switches.ts";
import { markup, type Markup } from "./markup.ts";
import { prose, section, sign, table } from "./parts.ts";

type Section = Markup | undefined;

export function criteriaSection({ criteria }: Summary): Section {
  if (criteria.length === 0) return undefined;
  const items = criteria.map(({ title, met, proof }) => {
    const tone = met ? "good" : "bad";
    return markup`<li class="${tone}">${sign(tone, met ? "met" : "not met")}<div>${title}<p>${prose(proof)}</p></div></li>
`;
  });
  return section("criteria", "Success criteria", markup`<ol class="criteria">${items}</ol>`);
}

export function verificationSection({ verification }: Summary): Section {
  if (verification.length === 0) return undefined;
  const rows = verification.map(({ what, step, at, source, target, differences }) => [
    markup`${what}<span class="sub">${moment(at)}${step && markup`, step <code>${step}</code>`}</span>`,
    count(source),
    count(target),
    markup`<span class="tag ${differences === 0 ? "good" : "bad"}">${count(differences)}</span>`,
  ]);
  const columns = [
    { title: "Compared" },
    { title: "On the source", number: true },
    { title: "On the target", number: true },
    { title: "Differences", number: true },
  ];
  return section("verification", "Verification of the data", table(columns, rows));
}

export function switchesSection({ switches }: Summary): Section {
  if (!switches) return undefined;
  const rows = switches.map((each) => [
    markup`to the ${each.side}<span class="sub">${moment(each.at)}, epoch ${each.epoch}${each.attempts > 1 && `, at attempt ${each.attempts}`}</span>`,
    duration(each.heldMs),
    phasesText(each),
    count(each.strangersKilled),
    closedText(each),
  ]);
  const columns = [
    { title: "Switch" },
    { title: "Clients waited", number: true },
    { title: "Phases" },
    { title: "Strangers killed", number: true },
    { title: "Clients closed" },
  ];
  return section("switches", "Switches of the traffic", table(columns, rows));
}

export function trafficSection({ traffic }: Summary): Section {
  if (!traffic) return undefined;
  const cells = trafficCells(traffic);
  const content = table(
    cells.map(([title]) => ({ title, number: true })),
    [cells.map(([, value]) => value)],
  );
  const past = traffic.bypass && markup`<p>${bypassSentence(traffic.bypass)}</p>\n`;
  return section("traffic", "What clients saw during the move", markup`${past}${content}`);
}

export function approvalsSection({ approvals }: Summary): Section {
  if (approvals.length === 0) return undefined;
  const rows = approvals.map(({ gate, asks, by, at }) => [
    markup`${asks || gate}<span class="sub">gate <code>${gate}</code></span>`,
    by,
    moment(at),
  ]);
  const columns = [{ title: "What was confirmed" }, { title: "By" }, { title: "When" }];
  return section("approvals", "Approvals", table(columns, rows));
}

export function stackSection({ stackUpdates }: Summary): Section {
  if (stackUpdates.length === 0) return undefined;
  const rows = stackUpdates.map((update) => [
    markup`<code>${update.step}</code>${update.repaired && markup`<span class="sub">mended first: ${update.repaired}</span>`}`,
    update.stage,
    changesOf(update),
    duration(update.durationMs),
  ]);
  const columns = [
    { title: "Step" },
    { title: "Stage" },
    { title: "Resources" },
    { title: "Duration", number: true },
  ];
  return section("infrastructure", "Infrastructure updates", table(columns, rows));
}

export function policySection({ policy }: Summary): Section {
  if (!policy) return undefined;
  const rows = policyRows(policy).map(([rule, ...others]) => [
    markup`<code>${rule}</code>`,
    ...others,
  ]);
  const columns = POLICY_COLUMNS.map((title) => ({ title }));
  const content = markup`<p>${policySentence(policy)}</p>${rows.length > 0 && table(columns, rows)}`;
  return section("policy", "HIPAA policy", content);
}

export function costSection({ cost }: Summary): Section {
  if (!cost) return undefined;
  const { before, during, after, currency } = cost;
  const column = (title: string, lines: readonly CostLine[]) =>
    markup`<div><h3>${title}</h3>${costTable(lines, currency)}</div>`;
  const content = markup`<p>${costSentence(cost)}</p>
<div class="columns">${column("Before", before)}
${during && markup`${column("During the migration", during)}\n`}${column("After", after)}</div>`;
  return section("cost", "Monthly cost", content);
}

function costTable(lines: readonly CostLine[], currency: string): Markup {
  const rows = lines.map(({ what, monthly }) => [what, money(monthly, currency)]);
  const total = [markup`<b>Total</b>`, markup`<b>${money(monthlyTotal(lines), currency)}</b>`];
  return table([{ title: "What" }, { title: "A month", number: true }], [...rows, total]);
}

export function limitsSection({ limits, rehearsal }: Summary): Section {
  if (limits.length === 0) return undefined;
  const title = rehearsal ? "What a rehearsal cannot show" : "What this record cannot show";
  const items = limits.map((limit) => markup`<li>${limit}</li>\n`);
  return section("limits", title, markup`<ul class="limits">${items}</ul>`);
}
