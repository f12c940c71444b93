import { userInfo } from "node:os";
import { createInterface } from "node:readline/promises";
import type { Database } from "../engine/database.ts";
import type { Run } from "../engine/runs.ts";
import { approve } from "../engine/steer.ts";
import { loadRunbook, type App } from "./context.ts";

/** Who acts, for the evidence: `GODWIT_USER`, else the system's user. */
export function whoAmI(): string {
  return process.env["GODWIT_USER"] ?? userInfo().username;
}

/** Asks the person at the terminal to approve the gate at which the run waits. False: nobody there, or not approved. */
export async function approveAtPrompt(app: App, db: Database, run: Run): Promise<boolean> {
  const gate = run.gate;
  if (run.status !== "waiting" || !gate || !process.stdin.isTTY || app.io.json) return false;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(
      `Approve ${gate}? Type its name to go on, Enter to leave it waiting: `,
    );
    if (answer.trim() !== gate) return false;
  } finally {
    prompt.close();
  }
  await approve(db, await loadRunbook(app, run.runbook), run.run, gate, whoAmI());
  return true;
}
