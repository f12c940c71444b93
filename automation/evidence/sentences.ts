// What every form of the evidence says in the same words.
import { monthlyTotal, type CostChange } from "./cost.ts";
import type { Traffic } from "../twin.ts";
import { count, duration, moment, money, plural } from "./format.ts";
import { rollbackSentence } from "./rollback.ts";
import { pointOfNoReturn } from "./steps.ts";
import type { StackUpdate, Summary } from "./summary.ts";

type Bypass = NonNullable<Traffic["bypass"]>;

/** Which runbook, how, and where. */
export function whereItRan({ runbook, mode, stack, rehearsal, scale }: Summary): string {
  const data = scale ? ` with ${scale} data` : "";
  const place = rehearsal ? `rehearsed on one machine${data}` : `on stack ${stack}`;
  return `Runbook ${runbook}, ${mode} mode, ${place}.`;
}

/** Whether there is a way back from every step, and if not where it ends; whether it is lossless now, if somebody said. */
export function wayBackOf({ plan, rollback }: Summary): string {
  const end = pointOfNoReturn(plan);
  const way = end
    ? `Every step before “${end.title}” can be taken back; that one cannot.`
    : "Every step can be taken back.";
  return rollback ? `${way} ${rollbackSentence(rollback)}` : way;
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

/** What clients saw, as titles and values; only what was measured. */
export function trafficCells(traffic: Traffic): (readonly [title: string, value: string])[] {
  const { p999Ms, longestWaitMs } = traffic;
  const cells: (readonly [string, string] | undefined)[] = [
    ["Clients", count(traffic.clients)],
    ["Writes", count(traffic.writes)],
    ["Reads", count(traffic.reads)],
    ["Errors", count(traffic.errors)],
    ["99th percentile", duration(traffic.p99Ms)],
    p999Ms === undefined ? undefined : ["99.9th percentile", duration(p999Ms)],
    ["Longest stall", duration(traffic.longestStallMs)],
    longestWaitMs === undefined ? undefined : ["Longest wait of a client", duration(longestWaitMs)],
  ];
  return cells.filter((cell) => cell !== undefined);
}

/** What became of attempts to reach the source past its fence. */
export function bypassSentence({ fencedSince, refused, reached }: Bypass): string {
  const through = reached === 0 ? "none came through" : `${count(reached)} came through`;
  return `Past the relays, the source was fenced from ${moment(fencedSince)}: ${plural(refused, "attempt")} to reach it refused, ${through}.`;
}
