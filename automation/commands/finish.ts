import { appendEvent, readEvents } from "../engine/events.ts";
import type { Database } from "../engine/database.ts";
import type { Run } from "../engine/runs.ts";
import { runDocument, type RunDocument } from "../document.ts";
import { stepAt } from "../evidence/stepAt.ts";
import { exitCodes, paragraph, type ExitCode } from "../errors.ts";
import { summary } from "../summary.ts";
import type { Json } from "../step.ts";
import type { Twin } from "../twin.ts";
import { loadRunbook, type App } from "./context.ts";
import { writeEvidence } from "./evidence.ts";

/**
 * What follows the last step: in a rehearsal the traffic is stopped and its ledger checked against the data; the
 * evidence is signed and written; the document is printed. A kill in between loses nothing: `resume` does it again.
 */
export async function finish(app: App, db: Database, run: Run): Promise<ExitCode> {
  const twin = run.params.twin ? await (await app.rehearsal()).open(run.params.twin) : undefined;
  if (twin) await settle(app, db, run, twin);
  const evidence = await writeEvidence(db, run.run);
  // A failed rehearsal can be resumed or rolled back, as its error says: that needs the twin.
  const keeps = run.params.keep === true || run.status === "failed";
  const endpoints = keeps ? await twin?.endpoints() : undefined;
  if (!keeps) await twin?.down();

  const document: RunDocument = {
    ...(await runDocument(db, run, await loadRunbook(app, run.runbook))),
    ...(endpoints && { endpoints }),
    evidence,
  };
  if (run.error) app.io.say(paragraph({ ...run.error, step: run.error.step ?? "" }));
  app.io.result(document, summary(document));
  return exitCodeOf(run, document);
}

async function settle(app: App, db: Database, run: Run, twin: Twin): Promise<void> {
  app.io.say("Checking the ledger: every acknowledged write must be there, once.");
  const traffic = await twin.settle();
  const { longestStallFrom: from } = traffic;
  const longestStallDuring = from && stepAt(await readEvents(db, run.run), from);
  await appendEvent(db.pool, run.run, "traffic", `traffic:${run.workflow}`, {
    ...(traffic as unknown as Record<string, Json>),
    longestStallDuring,
  });
}

/** A rehearsal that lost or doubled a write has failed, whatever its steps say. */
function exitCodeOf(run: Run, { traffic }: RunDocument): ExitCode {
  if (traffic && traffic.lostWrites + traffic.duplicatedWrites > 0) return exitCodes.failed;
  return run.status === "failed" ? exitCodes.failed : exitCodes.done;
}
