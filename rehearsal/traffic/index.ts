import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Traffic, TrafficReport, World } from "../clouds/world.ts";
import { startChild, type Child } from "./childProcess.ts";
import { onFence } from "./fence.ts";
import type {
  FromLoad,
  FromProbe,
  LoadFigures,
  LoadSettings,
  ProbeFigures,
  ProbeSettings,
  ToLoad,
  ToProbe,
} from "./messages.ts";
import { checkLedger, type LedgerCheck } from "./settle.ts";

/** What the traffic has to know of the application it calls. */
export interface RunningApplication {
  /** Where clients call it. */
  readonly url: string;
  /** The environment in which its tasks run now, secrets included; undefined while there are none. */
  taskEnvironment(): Promise<Readonly<Record<string, string>> | undefined>;
  /** The environment of the service's current deployment, whether tasks run or not. */
  configuredEnvironment(): Promise<Readonly<Record<string, string>>>;
  /** The security groups of its tasks. */
  readonly securityGroups: readonly string[];
  /** Calls `listen` when `taskEnvironment` may have changed. */
  onDeployment(listen: () => void): void;
}

/** The report of the command line, with what it rests on. */
export interface DetailedTrafficReport extends TrafficReport {
  readonly details: LedgerCheck & {
    readonly limited: number;
    readonly staleReads: readonly string[];
    readonly errorsByKind: Readonly<Record<string, number>>;
    readonly latency: LoadFigures["latency"];
    readonly application: ProbeFigures;
    readonly data: ProbeFigures;
  };
}

type ProbesStopped = Extract<FromProbe, { event: "stopped" }>;

const PROBE_EVERY_MS = 10;
const SERVING_DEADLINE_MS = 60_000;
const START_DEADLINE_MS = 15_000;
const STOP_DEADLINE_MS = 30_000;

type TrafficWorld = Pick<
  World,
  | "dir"
  | "settings"
  | "processes"
  | "guestEnv"
  | "network"
  | "names"
  | "authority"
  | "servers"
  | "machines"
  | "log"
>;

export interface LiveTraffic extends Traffic {
  settle(): Promise<DetailedTrafficReport>;
}

/** Starts load and probes, each a process of its own, once the application serves. */
export async function startTraffic(
  world: TrafficWorld,
  application: RunningApplication,
): Promise<LiveTraffic> {
  const folder = join(world.dir, "traffic");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await untilServing(application);
  const ledger = join(folder, `${randomBytes(3).toString("hex")}.ledger`);
  const [probe, load] = await Promise.all([
    startProbe(world, application),
    startLoad(world, application, ledger),
  ]);
  return new TrafficProcesses(world, application, ledger, load, probe);
}

class TrafficProcesses implements LiveTraffic {
  readonly #world: TrafficWorld;
  readonly #application: RunningApplication;
  readonly #ledger: string;
  readonly #load: Child<ToLoad, FromLoad>;
  readonly #probe: Child<ToProbe, FromProbe>;
  #measured: Promise<{ probes: ProbesStopped; figures: LoadFigures }> | undefined;

  constructor(
    world: TrafficWorld,
    application: RunningApplication,
    ledger: string,
    load: Child<ToLoad, FromLoad>,
    probe: Child<ToProbe, FromProbe>,
  ) {
    this.#world = world;
    this.#application = application;
    this.#ledger = ledger;
    this.#load = load;
    this.#probe = probe;
  }

  /**
   * May be asked again, when the data server could not be read, or when a run that had failed has gone on and the
   * data is elsewhere: what was measured stays, the ledger is checked anew.
   */
  async settle(): Promise<DetailedTrafficReport> {
    this.#measured ??= this.#stopMeasuring();
    const { probes, figures } = await this.#measured;
    const env = await this.#application.configuredEnvironment();
    const check = await checkLedger(this.#world, env, this.#ledger);
    await this.stop();
    const { longestStallMs, stalls } = probes.application;
    const report: DetailedTrafficReport = {
      clients: this.#world.settings.scale.clients,
      writes: figures.writes,
      reads: figures.reads,
      errors: figures.errors,
      p99Ms: figures.latency.p99Ms,
      p999Ms: figures.latency.p999Ms,
      longestStallMs,
      ...(stalls[0] && { longestStallFrom: stalls[0].from }),
      longestWaitMs: figures.longestWaitMs,
      ...(probes.bypass && { bypass: probes.bypass }),
      lostWrites: check.lostWrites,
      duplicatedWrites: check.duplicatedWrites,
      details: {
        ...check,
        limited: figures.limited,
        staleReads: figures.staleReads,
        errorsByKind: figures.errorsByKind,
        latency: figures.latency,
        application: probes.application,
        data: probes.data,
      },
    };
    this.#world.log("traffic.settled", { ...report });
    return report;
  }

  async stop(): Promise<void> {
    const { processes } = this.#world;
    await Promise.all([processes.stop(this.#load.process), processes.stop(this.#probe.process)]);
  }

  /** The probes first, so that the end of the load is no stall. */
  async #stopMeasuring() {
    const probes = await stopProbe(this.#probe);
    return { probes, figures: await stopLoad(this.#load) };
  }
}

async function untilServing(application: RunningApplication): Promise<void> {
  const deployed = new Promise<void>((resolve) => application.onDeployment(resolve));
  if ((await application.taskEnvironment()) !== undefined) return;
  const late = pause(SERVING_DEADLINE_MS, "late" as const, { ref: false });
  if ((await Promise.race([deployed, late])) === "late") {
    throw new Error("The application's tasks did not become healthy; their log group says why.");
  }
}

async function startLoad(
  world: TrafficWorld,
  application: RunningApplication,
  ledger: string,
): Promise<Child<ToLoad, FromLoad>> {
  const { scale, seed } = world.settings;
  const settings: LoadSettings = {
    url: application.url,
    ledger,
    run: randomBytes(3).toString("hex"),
    seed,
    clients: scale.clients,
    writesPerSecond: scale.writesPerSecond,
    readsPerSecond: scale.readsPerSecond,
    valueBytes: scale.valueBytes,
  };
  const script = new URL("load.ts", import.meta.url);
  const child = await startChild<ToLoad, FromLoad>(world, "load", script, [
    JSON.stringify(settings),
  ]);
  await child.next((message) => message.event === "running", START_DEADLINE_MS);
  return child;
}

async function startProbe(
  world: TrafficWorld,
  application: RunningApplication,
): Promise<Child<ToProbe, FromProbe>> {
  const settings: ProbeSettings = { url: application.url, everyMs: PROBE_EVERY_MS };
  const script = new URL("probe.ts", import.meta.url);
  const address = world.network.claim("probe");
  await world.machines.place(address, application.securityGroups);
  const env = { TASK_ADDRESS: address };
  const args = [JSON.stringify(settings)];
  const child = await startChild<ToProbe, FromProbe>(world, "probe", script, args, env);
  await child.next((message) => message.event === "running", START_DEADLINE_MS);
  const follow = async () => {
    const env = await application.taskEnvironment().catch((error: Error) => {
      world.log("probe.environment", { error: error.message });
      return undefined;
    });
    child.send({ do: "follow", env });
  };
  onFence(world, address, (server) => child.send({ do: "bypass", server }));
  application.onDeployment(() => void follow());
  await follow();
  return child;
}

function stopLoad(load: Child<ToLoad, FromLoad>): Promise<LoadFigures> {
  const stopped = load.next((message) => message.event === "stopped", STOP_DEADLINE_MS);
  load.send({ do: "stop" });
  return stopped.then(({ figures }) => figures);
}

function stopProbe(probe: Child<ToProbe, FromProbe>): Promise<ProbesStopped> {
  const stopped = probe.next((message) => message.event === "stopped", STOP_DEADLINE_MS);
  probe.send({ do: "stop" });
  return stopped;
}
