import { isDeepStrictEqual } from "node:util";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunEnvironment } from "../../automation/environment.ts";
import { projectRoot } from "../../automation/home.ts";
import { targets } from "../../automation/targets.ts";
import { findTools } from "../../automation/tools.ts";
import { downAll, start } from "../../rehearsal/index.ts";
import { Measurements, OURS, type Figure, type Kind } from "../figures.ts";
import { endAll } from "../processes.ts";
import { godwitByHand, godwitOn, previewByGodwit, previewByPulumi } from "./commands.ts";
import { copyAsCommonJs, ENTRY } from "./commonJs.ts";
import type { ProgramRun } from "./languageHost.ts";

/** How much is measured. */
export interface PreviewBenchOptions {
  readonly rounds: number;
  readonly target: string;
}

type Bench = PreviewBenchOptions & {
  readonly home: string;
  readonly measurements: Measurements;
  tell(what: string): void;
};

/** Versions that belong to these figures. */
export const PREVIEW_TOOLS = { npx: ["npx", "--version"] } as const;

/**
 * The targets that every way can preview. The others read files beside their modules, for which CommonJS has other
 * words.
 */
export const BENCH_TARGETS: readonly string[] = ["hipaa", "redis"];

const seconds = (figure: string): Kind => ({ figure, unit: "s", better: "less" });
/** What a command on a twin of its own may take; figures of `hipaa`, the largest target. */
const LIMITS = { preview: 6, up: 20 };
const STANDING = seconds("preview on a standing twin");
const SECOND_UP: Kind = { figure: "changes of a second up", unit: "resources", better: "less" };

const HOST = "Pulumi's own language host";
const NO_HOST = "no published package; the two beside it run what it would";

/** Previews of one program, by godwit and by the Pulumi command line, side by side. */
export async function benchPreview(
  options: PreviewBenchOptions,
  tell: (what: string) => void,
): Promise<Figure[]> {
  const home = mkdtempSync(join(tmpdir(), "godwit-bench-"));
  chmodSync(home, 0o755);
  const commonJs = await copyAsCommonJs();
  const cleanUp = () => {
    endAll();
    for (const folder of [home, commonJs]) rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", cleanUp);
  const bench = { ...options, home, measurements: new Measurements(), tell };
  try {
    await benchByHand(bench);
    await benchStanding(bench, programs(commonJs));
  } finally {
    await downAll(home);
    cleanUp();
    process.off("exit", cleanUp);
  }
  return bench.measurements.figures();
}

async function benchByHand({ home, rounds, target, measurements, tell }: Bench): Promise<void> {
  for (const [command, limit] of Object.entries(LIMITS)) {
    const kind = seconds(`npx godwit ${command} ${target}, twin and all, at most ${limit}`);
    for (let round = 1; round <= rounds; round += 1) {
      tell(`npx godwit ${command} ${target}, round ${round}`);
      measurements.add(kind, OURS, (await godwitByHand(home, [command, target])).seconds);
    }
  }
}

async function benchStanding(
  { home, rounds, target, measurements, tell }: Bench,
  peers: Readonly<Record<string, ProgramRun>>,
): Promise<void> {
  const { world } = targets.find(({ name }) => name === target)!;
  const settings = { home, world, scale: "tiny", seed: 1, faults: [], traffic: false };
  const { environment } = await start(settings);
  const pulumi = (await findTools()).pulumi.found!.path;
  // The command line itself makes no stack for a preview.
  await previewByGodwit(environment, target);
  for (let round = 1; round <= rounds; round += 1) {
    tell(`previews on a standing twin, round ${round}`);
    const ours = await previewByGodwit(environment, target);
    measurements.add(STANDING, OURS, ours.seconds);
    for (const [name, program] of Object.entries(peers)) {
      const theirs = await previewByPulumi(pulumi, environment, program);
      if (!isDeepStrictEqual(theirs.urns, ours.urns))
        throw new Error(`${name} previews other resources than godwit`);
      measurements.add(STANDING, name, theirs.seconds);
    }
  }
  measurements.missing(STANDING, HOST, NO_HOST);
  tell("two updates on the standing twin");
  measurements.add(SECOND_UP, OURS, await changesOfSecondUp(environment, target));
}

async function changesOfSecondUp(environment: RunEnvironment, target: string): Promise<number> {
  await godwitOn(environment, ["up", target]);
  const { stdout } = await godwitOn(environment, ["up", target]);
  const { changes } = JSON.parse(stdout) as { changes: Readonly<Record<string, number>> };
  const others = Object.entries(changes).filter(([what]) => what !== "same");
  return others.reduce((sum, [, count]) => sum + count, 0);
}

/** As `Pulumi.yaml` says it is run, and as Pulumi runs a TypeScript program whose project says nothing. */
function programs(commonJs: string): Readonly<Record<string, ProgramRun>> {
  return {
    "pulumi with tsx": {
      ...{ folder: projectRoot, entry: "index.ts", nodeArgs: ["--import", "tsx"], env: {} },
    },
    "pulumi with ts-node": {
      ...{ folder: commonJs, entry: ENTRY, nodeArgs: [] },
      env: { PULUMI_NODEJS_TYPESCRIPT: "true" },
    },
  };
}
