// What every form of the evidence says in the same words.
import { monthlyTotal, type CostChange } from "./cost.ts";
import { count, money } from "./format.ts";
import type { StepRecord } from "./steps.ts";
import type { StackUpdate, Summary } from "./summary.ts";

/** Which runbook, how, and where. */
export function whereItRan({ runbook, mode, stack, rehearsal, scale }: Summary): string {
  const data = scale ? ` with ${scale} data` : "";
  const place = rehearsal ? `rehearsed on one machine${data}` : `on stack ${stack}`;
  return `Runbook ${runbook}, ${mode} mode, ${place}.`;
}

/** Whether there is a way back from every step, and if not where it ends. */
export function wayBack(end: StepRecord | undefined): string {
  if (!end) return "Every step can be taken back.";
  return `Every step before “${end.title}” can be taken back; that one cannot.`;
}

/** The Pulumi engine's words for what it did, unchanged resources last. */
export function changesOf({ changes }: StackUpdate): string {
  const words = Object.entries(changes).filter(([, resources]) => resources > 0);
  const order = (word: string) => (word === "same" ? 1 : 0);
  const sorted = words.sort(([a], [b]) => order(a) - order(b));
  return sorted.map(([word, resources]) => `${count(resources)} ${word}`).join(", ") || "none";
}

/** The difference, and the day of the prices. */
export function costSentence({ before, after, currency, asOf }: CostChange): string {
  const difference = monthlyTotal(after) - monthlyTotal(before);
  const change =
    difference === 0
      ? "The monthly cost stays the same"
      : `${money(Math.abs(difference), currency)} a month ${difference > 0 ? "more" : "less"} than before`;
  return `${change}${asOf ? `, at prices of ${asOf}` : ""}.`;
}
