import { count, duration, plural } from "./format.ts";
import type { Traffic } from "../twin.ts";
import type { Summary, Verification } from "./summary.ts";
import type { Tone } from "./verdict.ts";

export interface Figure {
  readonly label: string;
  readonly value: string;
  readonly note: string;
  readonly tone: Tone;
}

/** The figures that decide whether a migration was good; only those that were measured. */
export function figuresOf({ traffic, verification, criteria }: Summary): Figure[] {
  const last = verification.at(-1);
  return [
    ...(traffic ? trafficFigures(traffic) : []),
    ...(last ? [differencesFigure(last)] : []),
    ...(criteria.length > 0 ? [criteriaFigure(criteria)] : []),
  ];
}

function trafficFigures(traffic: Traffic): Figure[] {
  const { longestStallMs, longestStallDuring, lostWrites, duplicatedWrites } = traffic;
  const during = longestStallDuring === undefined ? "" : `, during ${longestStallDuring}`;
  const ofAll = `of ${plural(traffic.writes, "write")} acknowledged to ${plural(traffic.clients, "client")}`;
  return [
    {
      label: "Longest stall",
      value: duration(longestStallMs),
      note: `measured by an independent probe${during}`,
      tone: "open",
    },
    { label: "Lost writes", value: count(lostWrites), note: ofAll, tone: noneOf(lostWrites) },
    {
      label: "Duplicated writes",
      value: count(duplicatedWrites),
      note: "found more than once afterwards",
      tone: noneOf(duplicatedWrites),
    },
  ];
}

function differencesFigure({ what, source, differences }: Verification): Figure {
  const note = `in ${plural(source, "item")} compared (${what})`;
  return { label: "Differences", value: count(differences), note, tone: noneOf(differences) };
}

function criteriaFigure(criteria: Summary["criteria"]): Figure {
  const met = criteria.filter((criterion) => criterion.met).length;
  return {
    label: "Success criteria",
    value: `${met} of ${criteria.length}`,
    note: "met, each with its proof",
    tone: met === criteria.length ? "good" : "warn",
  };
}

function noneOf(value: number): Tone {
  return value === 0 ? "good" : "bad";
}
