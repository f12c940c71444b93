import type { Facts } from "../step.ts";
import type { ChainedEvent } from "./chain.ts";
import { factsOf, textOf } from "./facts.ts";
import { moment } from "./format.ts";
import { pointOfNoReturn, type StepRecord } from "./steps.ts";

/** Event that says whether a rollback would keep every write, as the mover told it when the report was asked for. */
export const ROLLBACK_NOTED = "rollback.noted";

/** Whether a rollback would keep every write made since the traffic moved. */
export interface Rollback {
  readonly lossless: boolean;
  /** Since when it is not, and why. */
  readonly since?: string;
  readonly because?: string;
}

/** What a job published, or an event recorded, under `rollback`. */
export function rollbackIn(data: Facts): Rollback | undefined {
  const stated = factsOf(data, "rollback");
  if (typeof stated?.["lossless"] !== "boolean") return undefined;
  const [since, because] = [textOf(stated, "since"), textOf(stated, "because")];
  return { lossless: stated["lossless"], ...(since && { since }), ...(because && { because }) };
}

/** The last word on it, while there is a way back at all. */
export function rollbackOf(
  events: readonly ChainedEvent[],
  plan: readonly StepRecord[],
): Rollback | undefined {
  if (!isArmed(events, plan)) return undefined;
  return events.map(({ data }) => rollbackIn(data)).findLast((stated) => stated !== undefined);
}

/** There is a way back until the first step that has none begins, or the run has gone it. */
export function isArmed(events: readonly ChainedEvent[], plan: readonly StepRecord[]): boolean {
  const end = events.findLast(({ type }) => type === "run.ended");
  const status = end && textOf(end.data, "status");
  const left = status === "aborted" || status === "rolled-back";
  return !left && (pointOfNoReturn(plan)?.attempts ?? 0) === 0;
}

/** `Rollback: lossless.`, or since when and why it is not. */
export function rollbackSentence({ lossless, since, because }: Rollback): string {
  if (lossless) return "Rollback: lossless.";
  const when = since ? ` since ${moment(since)}` : "";
  return `Rollback: no longer lossless${when}${because ? `, because ${because}` : ""}.`;
}
