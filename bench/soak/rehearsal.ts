import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { RunDocument } from "../../automation/document.ts";
import type { Traffic } from "../../automation/twin.ts";
import { start } from "../processes.ts";
import { ROLLBACK_FROM, type Disturbances } from "./disturbances.ts";

const BIN = fileURLToPath(new URL("../../bin/godwit.mjs", import.meta.url));
/** More deaths than any rehearsal of a soak is given. */
const MOST_RESUMES = 8;
const RUN = /Run (\d{8}-[0-9a-f]{6}):/;

/** How a rehearsal ended. */
export interface Outcome {
  readonly status: string;
  readonly traffic: Traffic;
  readonly durationMs: number;
  /** How often the driver had died and was started again. */
  readonly resumes: number;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * One rehearsal in a home of its own, resumed after every death of its driver until it has ended. Rejects, and leaves
 * the home for a look at it, when it did not end as it should, or when a write was lost or doubled.
 */
export async function rehearse(
  runbook: string,
  scale: string,
  { faults, rollback }: Disturbances,
): Promise<Outcome> {
  const home = await mkdtemp(join(tmpdir(), "godwit-soak-"));
  // The database's unprivileged user has to get in.
  await chmod(home, 0o755);
  const godwit = (...args: string[]) => run(home, args);
  const flags = faults.flatMap((fault) => ["--fault", fault]);
  let last = await godwit("rehearse", runbook, "--scale", scale, "--keep", "--json", ...flags);
  const name = RUN.exec(last.stderr)?.[1];
  if (name === undefined) throw failed("no run was started", home, last);
  let resumes = 0;
  while (last.stdout === "" && !(rollback && (await isAt(godwit, ROLLBACK_FROM)))) {
    if (resumes === MOST_RESUMES) throw failed("it did not end", home, last);
    resumes += 1;
    last = await godwit("resume", name, "--json");
  }
  if (rollback) last = await godwit("rollback", name, "--json");
  const document = JSON.parse(last.stdout) as RunDocument;
  const traffic = document.traffic!;
  const wanted = rollback ? "rolled-back" : "completed";
  if (document.status !== wanted)
    throw failed(`it ended as ${document.status}, not ${wanted}`, home, last);
  if (traffic.lostWrites + traffic.duplicatedWrites > 0)
    throw failed(
      `${traffic.lostWrites} writes are lost, ${traffic.duplicatedWrites} doubled`,
      home,
      last,
    );
  await godwit("twin", "down");
  await rm(home, { recursive: true, force: true });
  return { status: document.status, traffic, durationMs: document.durationMs, resumes };
}

async function isAt(godwit: (...args: string[]) => Promise<Ended>, step: string): Promise<boolean> {
  const { stdout } = await godwit("status", "--json");
  const { runs } = JSON.parse(stdout) as { runs: readonly { step: string | null }[] };
  return runs.some((each) => each.step === step);
}

async function run(home: string, args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, NO_COLOR: "1", GODWIT_HOME: home };
  const child = start(process.execPath, [BIN, ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  }) as ReturnType<typeof spawn> & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream };
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

function failed(why: string, home: string, { code, stderr }: Ended): Error {
  const lastWords = stderr.trim().split("\n").slice(-10).join("\n");
  return new Error(
    `${why} (exit code ${code}); its twin still runs, look at it in ${home}, then GODWIT_HOME=${home} npx godwit twin down.\n${lastWords}`,
  );
}
