import {
  exitCodes,
  explain,
  failure,
  GodwitError,
  type ExitCode,
  type Explanation,
} from "../../errors.ts";

/** An error as the database keeps it, with what makes it again the error that it was. */
export type StoredError = Explanation & { readonly exitCode: ExitCode };

/** What a job, or its answer to a question, threw. */
export function storedError(thrown: unknown): StoredError {
  const exitCode = thrown instanceof GodwitError ? thrown.exitCode : exitCodes.failed;
  return { ...explain(thrown, { state: "", next: "" }), exitCode };
}

export function revivedError({ exitCode, ...explanation }: StoredError): GodwitError {
  return new GodwitError(exitCode, explanation);
}

/** No mover has taken the job, or the one that had it is gone, for longer than the deadline. */
export function forsakenError(job: string, taken: boolean, waitedMs: number) {
  const waited = `for ${Math.round(waitedMs / 60_000)} min`;
  return failure(
    "mover-gone",
    taken
      ? `The mover that executed job ${job} has not been connected to the engine's database ${waited}.`
      : `No mover has taken job ${job} ${waited}.`,
    "",
    "Look at the mover: `systemctl status godwit-mover` on it through Session Manager, in a rehearsal its log in the twin's folder. When it runs and reaches the engine's database, use `godwit resume RUN`.",
  );
}

export function stoppedError(job: string) {
  return failure("job-stopped", `Job ${job} was stopped before it had finished.`, "", "");
}

export function noSuchJob(run: string, name: string) {
  return failure(
    "no-job",
    `Run ${run} has not started a job ${name} on its mover.`,
    "",
    "Use `godwit rollback RUN` and start the move again.",
  );
}

export function endedJob(job: string) {
  return failure(
    "job-ended",
    `Job ${job} has ended and answers no more questions.`,
    "",
    "Use `godwit rollback RUN` and start the move again.",
  );
}
