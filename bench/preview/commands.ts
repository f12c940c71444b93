import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { RunEnvironment } from "../../automation/environment.ts";
import { projectRoot } from "../../automation/home.ts";
import { REHEARSAL_STACK } from "../../automation/twin.ts";
import { start } from "../processes.ts";
import { LanguageHost, type ProgramRun } from "./languageHost.ts";

/** A command to its end. */
export interface Ended {
  readonly seconds: number;
  readonly stdout: string;
}

/** What a preview took, and the resources in it, in order. */
export interface Previewed {
  readonly seconds: number;
  readonly urns: readonly string[];
}

const GODWIT = fileURLToPath(new URL("../../bin/godwit.mjs", import.meta.url));

/** Runs `npx godwit …` as a person does: on a twin that lives as long as the command. */
export async function godwitByHand(home: string, args: readonly string[]): Promise<Ended> {
  return await run("npx", ["godwit", ...args], projectRoot, { GODWIT_HOME: home });
}

/** Runs godwit on a standing twin, as an operator does on a real stack. */
export async function godwitOn(
  { env, workDir }: RunEnvironment,
  args: readonly string[],
): Promise<Ended> {
  const on = ["--stack", REHEARSAL_STACK, "--json"];
  const environment = { ...env, GODWIT_PROJECT: workDir };
  return await run(process.execPath, [GODWIT, ...args, ...on], projectRoot, environment);
}

/** The preview of godwit's command line on a standing twin. */
export async function previewByGodwit(
  environment: RunEnvironment,
  target: string,
): Promise<Previewed> {
  const { seconds, stdout } = await godwitOn(environment, ["preview", target]);
  const { resources } = JSON.parse(stdout) as { resources: readonly { urn: string }[] };
  const urns = resources.map(({ urn }) => urn).filter((urn) => !urn.includes(DEFAULT_PROVIDER));
  return { seconds, urns: urns.sort() };
}

/** The engine adds them by itself; Pulumi's own list of a preview leaves them out. */
const DEFAULT_PROVIDER = "::pulumi:providers:";

/** The preview of the Pulumi command line itself, which runs the program in a process of its own. */
export async function previewByPulumi(
  pulumi: string,
  { env, workDir }: RunEnvironment,
  program: ProgramRun,
): Promise<Previewed> {
  const host = await LanguageHost.start(program);
  try {
    const stack = ["--stack", REHEARSAL_STACK, "--non-interactive"];
    const args = ["preview", "--json", `--client=${host.address}`, ...stack];
    const { seconds, stdout } = await run(pulumi, args, workDir, env);
    const { steps } = JSON.parse(stdout) as { steps: readonly { urn: string }[] };
    return { seconds, urns: steps.map(({ urn }) => urn).sort() };
  } finally {
    host.stop();
  }
}

async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const started = performance.now();
  const child = start(program, args, {
    ...{ cwd, env: { ...process.env, ...env, NO_COLOR: "1" } },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, "close") as Promise<[number | null]>,
  ]);
  const seconds = (performance.now() - started) / 1_000;
  if (code === 0) return { seconds, stdout };
  throw new Error(`${program} ${args.join(" ")} ended with ${code}: ${stdout}${stderr}`);
}
