import type { Clock } from "./clock.ts";
import type { RunEnvironment } from "./environment.ts";

/** What a program of a runbook that runs beside a move is given: its process's environment, and where to say what happens. */
export interface ServiceHost {
  readonly env: Readonly<Record<string, string>>;
  /** Aborted when the process is told to end. */
  readonly signal: AbortSignal;
  log(line: string): void;
}

/** A value that may be written to the engine's database and to the evidence: references and figures, never secrets. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Facts = { readonly [key: string]: Json };

/** How far a running step is; one shape for the terminal, the dashboard and the JSON events. */
export interface Progress {
  /** What is being done now, in the present tense: "waiting for the snapshot". */
  readonly doing: string;
  readonly done?: number;
  readonly total?: number;
  readonly unit?: string;
}

/** What kinds of facts a step can add to the evidence beside its result. */
export type EvidenceType = "step.fact" | "stack.update" | "verification" | "criterion" | "cost";

/** What a step gets to work with. */
export interface StepContext {
  readonly run: string;
  readonly stack: string;
  readonly mode: string;
  /** 1 the first time the step runs; more after it was interrupted, failed or undone. */
  readonly attempt: number;
  readonly environment: RunEnvironment;
  readonly clock: Clock;
  /** Aborted when the run is paused, aborted or interrupted; every wait of a step listens to it. */
  readonly signal: AbortSignal;
  /** Results of the steps that have succeeded, by step id. */
  readonly results: Readonly<Record<string, Facts>>;
  progress(progress: Progress): void;
  /** What this step saved before it was interrupted, if it was. */
  readonly checkpoint: Facts | undefined;
  /** Durable at once: a killed step finds it in `checkpoint` when it runs again. */
  save(checkpoint: Facts): Promise<void>;
  /** Puts a fact into the evidence, once per step and `key`. */
  record(type: EvidenceType, key: string, facts: Facts): Promise<void>;
  /** Work where the data is: no data server is reached from the driver's own machine. */
  readonly mover: Mover;
}

/**
 * The machine inside the target's network that executes the data jobs of a run. Parameters, states and results are
 * references and figures, never secrets: they are written to the engine's database.
 */
export interface Mover {
  /**
   * Runs a job to its end and returns its result. A step that was interrupted and runs again joins the job that is
   * still in flight. Progress of the job is the step's progress. Rejects with the job's own error, or when no mover
   * takes it within its deadline.
   */
  call(job: string, params: Facts): Promise<Facts>;
  /** Starts a job that goes on when the step has ended, unless it runs already. */
  start(job: string, params: Facts): Promise<void>;
  /** What a started job last told of itself; undefined before it told anything. Rejects with its error if it failed. */
  state(job: string): Promise<Facts | undefined>;
  /** Asks a started job to do something and waits for its answer. Asking the same again must do no harm. */
  ask(job: string, question: string, facts?: Facts): Promise<Facts>;
  /** Ends a started job and returns its result; without effect, and without a result, when there is none. */
  stop(job: string): Promise<Facts | undefined>;
}

/**
 * A piece of work that the mover executes. It is started again after a kill and finds its checkpoint, and must do no
 * harm when it is done again. A called job that is joined may have begun before the calls that its step has made since.
 */
export type Job = (ctx: JobContext) => Promise<Facts>;

export interface JobContext extends Pick<StepContext, "run" | "clock" | "progress"> {
  readonly params: Facts;
  /** Variables of the mover's own process: its credentials, trust and name resolution. */
  readonly env: Readonly<Record<string, string>>;
  /** 1 the first time; more after the mover was killed or restarted. A failed job that is started again begins at 1. */
  readonly attempt: number;
  /** Aborted when the job is stopped or the mover shuts down. */
  readonly signal: AbortSignal;
  /** True when the job was told to end, rather than the mover: a shut-down mover's job goes on with the next start. */
  readonly stopped: () => boolean;
  readonly checkpoint: Facts | undefined;
  /** Durable as soon as the database takes it; a job goes on while the database is away. */
  save(checkpoint: Facts): Promise<void>;
  /** Tells `Mover.state` how the job stands. Cheap to call often; the newest wins. */
  publish(state: Facts): void;
  /** Says how the job answers `Mover.ask`; a question asked before is answered as soon as this is called. */
  answer(questions: Readonly<Record<string, (facts: Facts) => Promise<Facts>>>): void;
}

interface StepBase {
  /** Stable: runs in progress, faults and scripts name it. */
  readonly id: string;
  /** One line for the plan: what it does. */
  readonly title: string;
  /** What changes for the system or its users, and what it looks like if it goes wrong. */
  readonly effect: string;
  /** Expected duration in ms on the real clock, for the plan. */
  readonly expectedMs: number;
}

/** Work: `check` looks without side effects, `run` is idempotent, `verify` proves the outcome, `undo` takes it back. */
export interface WorkStep extends StepBase {
  readonly kind: "work";
  /** The commands behind the step, for the runbook as a document. */
  readonly commands?: readonly string[];
  check?(ctx: StepContext): Promise<void>;
  run(ctx: StepContext): Promise<Facts>;
  verify?(ctx: StepContext): Promise<Facts>;
  /** Absent: irreversible, and only allowed after a gate. */
  readonly undo?: Undo;
  /** From this step on clients write to the target: leaving it needs a rollback, not an abort. */
  readonly movesTraffic?: boolean;
  /** Steps between the first and last with this mark stop the service: a failure in it undoes all of it at once. */
  readonly outage?: boolean;
}

export interface Undo {
  /** For the plan: how the effect is taken back, or why there is nothing to take back. */
  readonly title: string;
  run?(ctx: StepContext): Promise<void>;
}

/** Waits for a person. */
export interface GateStep extends StepBase {
  readonly kind: "gate";
  /** What the person confirms by approving. */
  readonly asks: string;
}

/** Waits for time to pass; survives the process. */
export interface SoakStep extends StepBase {
  readonly kind: "soak";
  /** Length in ms on the real clock. */
  soakMs(ctx: Pick<StepContext, "stack" | "environment">): Promise<number>;
}

export type Step = WorkStep | GateStep | SoakStep;

export interface Runbook {
  readonly name: string;
  readonly title: string;
  readonly from: string;
  readonly to: string;
  /** Component target whose stack the runbook drives. */
  readonly target: string;
  /** The ways it can be done; the first is the default. */
  readonly modes: readonly string[];
  /** What clients see with a mode, for the plan. */
  stall(mode: string): string;
  /** Number of the runbook's protocol: raise it when steps change, so that older runs are not resumed by newer code. */
  readonly version: number;
  steps(mode: string): readonly Step[];
  /** Reads where a run may begin and refuses where it may not; the first step's own check, for `plan`. */
  preflight(ctx: StepContext): Promise<Facts>;
  /** Compares source and target again, both ways. */
  compare(ctx: StepContext): Promise<Verification>;
  /** What the mover does for the runbook's steps, by the names they call it. */
  readonly jobs?: Readonly<Record<string, Job>>;
  /** ARN of the secret in which the mover looks for its engine, once a step has built it. */
  engineSecret?(results: Readonly<Record<string, Facts>>): string | undefined;
  /** What the stack's settings ask of a run. */
  policy(ctx: Pick<StepContext, "stack" | "environment">): RunPolicy;
}

export interface RunPolicy {
  readonly production: boolean;
  /** Gates need an approver other than whoever started the run. */
  readonly secondApprover: boolean;
  /** The stack holds health data: no run starts without an agreement with each provider. */
  readonly healthData: boolean;
}

export interface Verification {
  readonly what: string;
  readonly source: number;
  readonly target: number;
  readonly differences: number;
}

/** A runbook in the registry: what `list` shows, without loading it. */
export interface RunbookEntry {
  readonly name: string;
  readonly title: string;
  readonly from: string;
  readonly to: string;
  load(): Promise<Runbook>;
  /**
   * Stands between clients and servers until the signal: what `godwit relay RUNBOOK` does on a relay's machine. Does
   * not load the runbook, because clients wait for a relay that starts again.
   */
  relay?(host: ServiceHost): Promise<void>;
}
