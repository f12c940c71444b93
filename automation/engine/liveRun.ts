import { clockOf, type Clock } from "../clock.ts";
import type { RunEnvironment } from "../environment.ts";
import type { Runbook, Step } from "../step.ts";
import type { Database } from "./database.ts";
import { DriverFaults } from "./faults.ts";
import { getRun, type Control, type RunParams } from "./runs.ts";

/** Lets the step in flight go when somebody aborts the run or interrupts the process. */
export class Steering {
  /** The process is about to end; the run stays as it is for `resume`. */
  interrupted = false;
  #controller = new AbortController();
  #goingBack = false;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the step in flight for an abort or a rollback; what that then undoes is not let go again. */
  letGo(): void {
    if (!this.#goingBack) this.#controller.abort();
  }

  interrupt(): void {
    this.interrupted = true;
    this.#controller.abort();
  }

  /** From now on steps are undone. */
  goBack(): void {
    this.#goingBack = true;
    this.renew();
  }

  /** A new signal for the steps after the one that let go. */
  renew(): void {
    if (this.signal.aborted && !this.interrupted) this.#controller = new AbortController();
  }
}

/** A run as the process that drives it sees it. */
export interface LiveRun {
  readonly db: Database;
  readonly run: string;
  readonly params: RunParams;
  readonly runbook: Runbook;
  readonly steps: readonly Step[];
  readonly environment: RunEnvironment;
  readonly clock: Clock;
  readonly steering: Steering;
  /** Name of the driving process. */
  readonly executor: string;
  readonly faults: DriverFaults;
  /** What somebody has asked of the run, if anything. */
  control(): Promise<Control | null>;
}

export function liveRun(
  db: Database,
  params: RunParams,
  runbook: Runbook,
  environment: RunEnvironment,
  executor: string,
  steering: Steering,
): LiveRun {
  return {
    db,
    run: params.run,
    params,
    runbook,
    steps: runbook.steps(params.mode),
    environment,
    clock: clockOf(environment.clockFactor),
    executor,
    steering,
    faults: new DriverFaults(db, params.run, params.faults),
    control: async () => (await getRun(db, params.run)).control,
  };
}
