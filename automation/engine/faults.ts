import { usageError } from "../errors.ts";
import type { Database } from "./database.ts";

/** Instants of a step at which a rehearsal can kill the driver. */
export type Moment = "before" | "during" | "after";

/** The twin's, which runs the machines: `kill@mover`, `kill@relay:20`. */
const killMachine = /^kill@(mover|relay)(:|$)/;
const killAtStep = /^kill@([a-z0-9-]+):(before|during|after)$/;
const RANDOM_KILL = "kill@random";
const RANDOM_KILL_WITHIN_MS = 20_000;

/** Faults that hit the driver itself; those of servers and calls are the twin's. */
export function isDriverFault(fault: string): boolean {
  if (killMachine.test(fault)) return false;
  return fault === RANDOM_KILL || killAtStep.test(fault);
}

/** Refuses a `kill@STEP:…` that names no step of the runbook. */
export function checkDriverFaults(faults: readonly string[], steps: readonly string[]): void {
  for (const fault of faults) {
    const step = isDriverFault(fault) ? killAtStep.exec(fault)?.[1] : undefined;
    if (step === undefined || steps.includes(step)) continue;
    throw usageError(
      "unknown-step",
      `Fault ${fault} names step ${step}, which this way of the runbook does not have.`,
      `Steps: ${steps.join(", ")}.`,
    );
  }
}

/** Kills this process where the run's faults say so, each once in the life of the run. */
export class DriverFaults {
  readonly #db: Database;
  readonly #run: string;
  readonly #faults: readonly string[];

  constructor(db: Database, run: string, faults: readonly string[]) {
    this.#db = db;
    this.#run = run;
    this.#faults = faults;
  }

  async at(step: string, moment: Moment): Promise<void> {
    const fault = `kill@${step}:${moment}`;
    if (this.#faults.includes(fault)) await this.#killOnce(fault);
  }

  /** Arms a kill at a random instant, if one is asked for and has not happened yet. */
  arm(): void {
    this.#faults.forEach((fault, index) => {
      if (fault !== RANDOM_KILL) return;
      const kill = () => void this.#killOnce(`${fault}#${index}`);
      setTimeout(kill, Math.random() * RANDOM_KILL_WITHIN_MS).unref();
    });
  }

  async #killOnce(fault: string): Promise<void> {
    const { rowCount } = await this.#db.pool.query(
      "insert into godwit.fired (run, fault) values ($1, $2) on conflict do nothing",
      [this.#run, fault],
    );
    if (rowCount === 1) process.kill(process.pid, "SIGKILL");
  }
}
