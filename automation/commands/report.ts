import { readFile } from "node:fs/promises";
import { getRun, listRuns } from "../engine/runs.ts";
import { exitCodes, usageError, type ExitCode } from "../errors.ts";
import { checkEvidence } from "../evidence/check.ts";
import { renderJson } from "../evidence/document.ts";
import { renderHtml } from "../evidence/html/page.ts";
import { renderMarkdown } from "../evidence/markdown.ts";
import { withDatabase, type App } from "./context.ts";
import { evidenceOf, ownFingerprint } from "./evidence.ts";
import { noteWayBack } from "./wayBack.ts";

export interface ReportOptions {
  readonly format: "html" | "json" | "md";
  readonly check?: string;
  readonly fingerprint?: string;
}

const renderers = { html: renderHtml, json: renderJson, md: renderMarkdown };

/** Prints a run's signed evidence (the newest run's when none is named), or checks a file of it. */
export async function report(
  app: App,
  runId: string | undefined,
  options: ReportOptions,
): Promise<ExitCode> {
  if (options.check) return await check(app, options.check, options.fingerprint);
  return await withDatabase(async (db) => {
    const run = runId ? await getRun(db, runId) : (await listRuns(db))[0];
    if (!run) throw usageError("no-runs", "There are no runs yet.", "Rehearse one: `npm start`.");
    await noteWayBack(db, run.run);
    const evidence = await evidenceOf(db, run.run);
    app.io.result(evidence, renderers[options.format](evidence).trimEnd());
    return exitCodes.done;
  });
}

/** Exit code 1 when the file was changed in any way since it was signed, 2 when nobody says which key to expect. */
async function check(app: App, file: string, fingerprint: string | undefined): Promise<ExitCode> {
  const expected = fingerprint ?? (await ownFingerprint());
  const { findings, fingerprint: signer } = checkEvidence(await contentsOf(file), {
    fingerprint: expected,
  });
  const intact = findings.length === 0;
  const text = intact
    ? `${file} is whole, and signed by ${signer}.`
    : [`${file} is not what was signed:`, ...findings.map((finding) => `  ${finding}`)].join("\n");
  app.io.result({ file, intact, findings, signer, expected }, text);
  return intact ? exitCodes.done : exitCodes.failed;
}

async function contentsOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw usageError(
      "no-report",
      `${file} cannot be read: ${(cause as Error).message}.`,
      "Check the path.",
    );
  }
}
