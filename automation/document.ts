import type { Database } from "./engine/database.ts";
import { readEvents } from "./engine/events.ts";
import type { Run } from "./engine/runs.ts";
import { getSteps, type StepRow } from "./engine/steps.ts";
import type { ChainedEvent } from "./evidence/chain.ts";
import { switchesOf, type Switch } from "./evidence/switches.ts";
import type { Runbook, Verification } from "./step.ts";
import type { Endpoint, Traffic } from "./twin.ts";

/** What `rehearse --json` and `run --json` print; the form is a contract with others' scripts. */
export interface RunDocument {
  readonly runbook: string;
  readonly run: string;
  readonly status: string;
  readonly durationMs: number;
  readonly steps: readonly { id: string; status: string; durationMs: number }[];
  readonly traffic: Traffic | null;
  readonly verification: readonly Verification[];
  /** Where relays took clients from one server to the other, and for how long they held them. */
  readonly switches: readonly Switch[];
  readonly rollback: { armed: boolean; pointOfNoReturn: string | null };
  readonly endpoints?: Readonly<Record<string, Endpoint>>;
  readonly evidence: string | null;
}

/** The document of a run as the store knows it. `executor` is the process that reports: what others did is replayed. */
export async function runDocument(
  db: Database,
  run: Run,
  runbook: Runbook,
): Promise<Omit<RunDocument, "evidence">> {
  const [rows, events] = await Promise.all([getSteps(db, run.run), readEvents(db, run.run)]);
  const steps = runbook.steps(run.mode);
  const final = steps.find((step) => step.kind === "work" && !step.undo);
  const begun = (id: string) => rows.some((row) => row.step === id && row.status !== "undone");
  return {
    runbook: run.runbook,
    run: run.run,
    status: run.status,
    durationMs: (run.endedAt ?? new Date()).getTime() - run.startedAt.getTime(),
    steps: steps.map(({ id }) =>
      stepLine(
        id,
        rows.find((row) => row.step === id),
        run.executor,
      ),
    ),
    traffic: trafficOf(events) ?? null,
    verification: verifications(events),
    switches: switchesOf(events),
    rollback: {
      armed:
        run.status !== "rolled-back" && run.status !== "aborted" && !(final && begun(final.id)),
      pointOfNoReturn: final?.id ?? null,
    },
  };
}

function stepLine(id: string, row: StepRow | undefined, executor: string | null) {
  if (!row) return { id, status: "not-run", durationMs: 0 };
  const replayed = row.status === "succeeded" && row.executor !== executor;
  const status = replayed ? "replayed" : row.status === "running" ? "interrupted" : row.status;
  return { id, status, durationMs: row.durationMs ?? 0 };
}

function verifications(events: readonly ChainedEvent[]): Verification[] {
  const last = new Map<string, Verification>();
  for (const { type, data } of events) {
    if (type !== "verification") continue;
    const { what, source, target, differences } = data as unknown as Verification;
    last.set(what, { what, source, target, differences });
  }
  return [...last.values()];
}

function trafficOf(events: readonly ChainedEvent[]): Traffic | undefined {
  return events.findLast(({ type }) => type === "traffic")?.data as Traffic | undefined;
}
