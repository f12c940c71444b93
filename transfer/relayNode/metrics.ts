import type { CloseReason } from "../relay/counters.ts";
import { REFUSALS, type Refusals } from "./control/refusals.ts";
import type { Journal } from "./journal.ts";
import type { NodeStatus } from "./status.ts";

/** What the metrics are made of. */
export interface Figures {
  readonly status: NodeStatus;
  readonly journal: Journal;
  readonly drivers: number;
  readonly refusals: Refusals;
  readonly secondsLeft: number | undefined;
}

const PHASES = ["booting", "serving", "stopping", "holding", "settling"] as const;
const SIDES = ["source", "target"] as const;
// Every reason is there from the beginning, so that the first of its kind shows as an increase.
const REASONS = [
  "transaction",
  "request",
  "reader",
  "monitor",
  "replication",
  "redirect",
  "unknown",
  "upstream",
  "refused",
  "limit",
] as const satisfies readonly CloseReason[];

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  /** Values by label (`{side="source"}`); an empty one for a metric without labels. */
  readonly samples: readonly (readonly [labels: string, value: number | undefined])[];
}

/** The figures in Prometheus' text format, version 0.0.4. */
export function metrics(figures: Figures): string {
  return [...traffic(figures), ...holds(figures), ...standing(figures)].map(render).join("");
}

function traffic({ status: { stats } }: Figures): Metric[] {
  const closed = REASONS.map((why) => [label("reason", why), stats.closed[why] ?? 0] as const);
  return [
    gauge("clients", "Clients connected.", stats.sessions),
    counter("accepted_total", "Clients accepted.", stats.accepted),
    counter("requests_total", "Requests forwarded.", stats.requests),
    counter("received_bytes_total", "Bytes from clients.", stats.bytesFromClients),
    counter("sent_bytes_total", "Bytes to clients.", stats.bytesToClients),
    counter("closed_total", "Clients closed by the relay.", closed),
  ];
}

function holds({ status: { stats, lastHoldMs }, journal }: Figures): Metric[] {
  const failures = SIDES.map((side) => [label("side", side), journal.failures[side]] as const);
  return [
    counter("holds_total", "Holds begun.", stats.holds),
    counter("hold_seconds_total", "Time that clients were held.", journal.heldMs / 1_000),
    gauge("last_hold_seconds", "Length of the last hold.", lastHoldMs && lastHoldMs / 1_000),
    counter(
      "upstream_failures_total",
      "Times that a side could not be used when clients were to be led there.",
      failures,
    ),
    counter(
      "record_failures_total",
      "Times that the decision record could not be asked.",
      journal.recordFailures,
    ),
  ];
}

function standing({ status, drivers, refusals, secondsLeft }: Figures): Metric[] {
  const oneOf = <T extends string>(name: string, all: readonly T[], is: T | undefined) =>
    all.map((each) => [label(name, each), each === is ? 1 : 0] as const);
  const refused = REFUSALS.map((why) => [label("reason", why), refusals.counts[why]] as const);
  return [
    gauge("phase", "1 for the phase of the switch.", oneOf("phase", PHASES, status.phase)),
    gauge("side", "1 for the side that is served.", oneOf("side", SIDES, status.side)),
    gauge("epoch", "Epoch of the decision that is served by.", status.epoch),
    gauge("control_connections", "Drivers connected.", drivers),
    counter("control_refused_total", "Control connections refused.", refused),
    gauge("expiry_seconds", "Time until the relay ends by itself.", secondsLeft),
  ];
}

function counter(name: string, help: string, value: number | Metric["samples"]): Metric {
  return { name, help, type: "counter", samples: samplesOf(value) };
}

function gauge(name: string, help: string, value: number | undefined | Metric["samples"]): Metric {
  return { name, help, type: "gauge", samples: samplesOf(value) };
}

function samplesOf(value: number | undefined | Metric["samples"]): Metric["samples"] {
  return typeof value === "object" ? value : [["", value]];
}

function label(name: string, value: string): string {
  return `{${name}="${value}"}`;
}

/** One metric's lines; what is not known has no sample. */
function render({ name, help, type, samples }: Metric): string {
  const full = `godwit_relay_${name}`;
  const lines = samples
    .filter(([, value]) => value !== undefined)
    .map(([labels, value]) => `${full}${labels} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join("")}`;
}
