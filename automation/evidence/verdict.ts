import { plural } from "./format.ts";
import type { EvidenceStatus, Summary } from "./summary.ts";

/** `good` and `bad` are final; `warn` ended otherwise than planned; `open` has not ended, or is a mere figure. */
export type Tone = "good" | "warn" | "bad" | "open";

export interface Verdict {
  readonly tone: Tone;
  readonly headline: string;
}

/** What a run came to, in a line. One that completed is judged by its figures, not by its status. */
export function verdictOf(summary: Summary): Verdict {
  return summary.status === "completed" ? judged(summary) : unfinished(summary.status);
}

function judged(summary: Summary): Verdict {
  const faults = faultsOf(summary);
  if (faults.length > 0) return { tone: "bad", headline: `Completed, but ${faults.join(", ")}` };
  const { length } = summary.criteria.filter((criterion) => !criterion.met);
  if (length === 0) return { tone: "good", headline: "Completed, and nothing was lost" };
  const open = length === 1 ? "one success criterion is" : `${length} success criteria are`;
  return { tone: "warn", headline: `Completed, but ${open} not met` };
}

/** What no migration may do. */
function faultsOf({ traffic, verification }: Summary): string[] {
  const lost = traffic?.lostWrites ?? 0;
  const duplicated = traffic?.duplicatedWrites ?? 0;
  const differences = verification.at(-1)?.differences ?? 0;
  const faults: string[] = [];
  if (lost > 0) faults.push(`${plural(lost, "write")} lost`);
  if (duplicated > 0) faults.push(`${plural(duplicated, "write")} duplicated`);
  if (differences > 0)
    faults.push(`${plural(differences, "difference")} between source and target`);
  return faults;
}

function unfinished(status: Exclude<EvidenceStatus, "completed">): Verdict {
  switch (status) {
    case "failed":
      return { tone: "bad", headline: "Failed" };
    case "aborted":
      return { tone: "warn", headline: "Aborted: everything stayed on the source" };
    case "rolled-back":
      return { tone: "warn", headline: "Rolled back to the source" };
    case "waiting":
      return { tone: "open", headline: "Waiting for an approval" };
    case "paused":
      return { tone: "open", headline: "Paused" };
    case "running":
      return { tone: "open", headline: "Not ended yet" };
  }
}
