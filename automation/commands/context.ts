import { join } from "node:path";
import { clockOf } from "../clock.ts";
import type { Database } from "../engine/database.ts";
import type { Host } from "../engine/engine.ts";
import { noMover } from "../engine/jobs.ts";
import type { RunParams } from "../engine/runs.ts";
import { readEnvironment, type RunEnvironment } from "../environment.ts";
import { godwitHome, projectRoot } from "../home.ts";
import type { Io } from "../io.ts";
import type { Preflight } from "../preflight.ts";
import type { PolicyPack } from "../policyPack.ts";
import type { Rehearsal } from "../twin.ts";
import type { Runbook, RunbookEntry, StepContext } from "../step.ts";
import { GodwitError, usageError } from "../errors.ts";

/** What every command gets: its words, and the parts that only the command line knows how to load. */
export interface App {
  readonly io: Io;
  readonly runbooks: () => Promise<readonly RunbookEntry[]>;
  readonly preflight: Preflight;
  readonly rehearsal: () => Promise<Rehearsal>;
  readonly policy: () => Promise<PolicyPack>;
}

export async function loadRunbook(app: App, name: string): Promise<Runbook> {
  return await (await findRunbook(app, name)).load();
}

/** What the registry says of a runbook, without loading it. */
export async function findRunbook(app: App, name: string): Promise<RunbookEntry> {
  const entries = await app.runbooks();
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry) return entry;
  throw usageError(
    "unknown-runbook",
    `There is no runbook ${name}.`,
    `Runbooks: ${entries.map((candidate) => candidate.name).join(", ")}.`,
  );
}

/** The way to go, checked: the runbook's default when none is named. */
export function chooseMode(runbook: Runbook, mode: string | undefined): string {
  const chosen = mode ?? runbook.modes[0]!;
  if (runbook.modes.includes(chosen)) return chosen;
  throw usageError(
    "unknown-mode",
    `Runbook ${runbook.name} has no mode ${chosen}.`,
    `Modes: ${runbook.modes.join(", ")}.`,
  );
}

/** Engine host of this command line. */
export function hostOf(app: App): Host {
  return {
    runbook: (name) => loadRunbook(app, name),
    environment: (params: RunParams) =>
      params.twin
        ? readEnvironment(join(params.twin, "environment.json"))
        : Promise.resolve(realEnvironment()),
  };
}

/**
 * A real run: this process's credentials, the wall clock, and the settings of this checkout, or of the Pulumi
 * project that `GODWIT_PROJECT` names.
 */
export function realEnvironment(): RunEnvironment {
  const env = Object.entries(process.env).filter(([, value]) => value !== undefined);
  return {
    env: Object.fromEntries(env) as Record<string, string>,
    workDir: process.env["GODWIT_PROJECT"] ?? projectRoot,
    clockFactor: 1,
  };
}

/** Opens the engine's database for `work` and closes it again. One that is lost meanwhile is why `work` fails. */
export async function withDatabase<T>(work: (db: Database) => Promise<T>): Promise<T> {
  const { answers, lostDatabase, openDatabase } = await import("../engine/database.ts");
  const db = await openDatabase(godwitHome());
  try {
    return await work(db);
  } catch (error) {
    if (error instanceof GodwitError || (await answers(db))) throw error;
    throw lostDatabase(error);
  } finally {
    await db.close();
  }
}

/** A context for looks outside a run: nothing is recorded, and there is no mover. */
export function lookingContext(
  io: Io,
  environment: RunEnvironment,
  stack: string,
  mode: string,
): StepContext {
  return {
    run: "none",
    stack,
    mode,
    attempt: 1,
    environment,
    clock: clockOf(environment.clockFactor),
    signal: new AbortController().signal,
    results: {},
    checkpoint: undefined,
    progress: (progress) => io.progress("check", progress),
    save: () => Promise.resolve(),
    record: () => Promise.resolve(),
    mover: noMover,
  };
}
