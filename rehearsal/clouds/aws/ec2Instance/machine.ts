import type { ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as delay } from "node:timers/promises";
import { bundleOf } from "../../../traffic/bundle.ts";
import { BACKGROUND_NICENESS } from "../../../../automation/twin.ts";
import type { World } from "../../world.ts";
import type { Credentials } from "../signature.ts";
import type { MachineService } from "./cloudConfig.ts";

/** What stands for a program that a machine's user data installs. */
const PROGRAMS: Readonly<Record<string, URL>> = {
  "/usr/local/bin/godwit": new URL("../../../../bin/godwit.mjs", import.meta.url),
};
const NETWORK = new URL("../ecsTaskNetwork.ts", import.meta.url);
/** Kept apart for each machine; the rest of a file system is shared. */
const OWN_FOLDERS = /^\/var\/lib\//;
const STOP_GRACE_MS = 10_000;

export type MachineWorld = Pick<World, "dir" | "account" | "processes" | "guestEnv" | "log">;

export interface MachineIdentity {
  /** Name of its folder and its log. */
  readonly name: string;
  readonly address: string;
  /** Where its services listen; undefined when they do not. */
  readonly behind: string | undefined;
  /** Faults that its service brings about itself. */
  readonly faults: readonly string[];
  /** What the machine's role is given. */
  readonly credentials: Credentials;
}

/** One service of a machine, kept running as systemd does. */
export class Machine {
  readonly service: MachineService;
  readonly #world: MachineWorld;
  readonly #identity: MachineIdentity;
  #process: ChildProcess | undefined;
  #stopping = new AbortController();

  constructor(world: MachineWorld, identity: MachineIdentity, service: MachineService) {
    this.#world = world;
    this.#identity = identity;
    this.service = service;
  }

  /** Starts the service; resolves when its process runs, which says nothing of what it does. */
  async start(): Promise<void> {
    const [program = "", ...args] = this.service.command;
    const script = PROGRAMS[program];
    if (!script) throw new Error(`The twin's machines have no program ${program}.`);
    const network = await bundleOf(this.#world.dir, NETWORK);
    if (this.#stopping.signal.aborted) return;
    this.#run(["--import", network, fileURLToPath(script), ...args]);
  }

  /** Ends the process at once, as the system does when memory runs out; the service starts again. */
  kill(): void {
    this.#process?.kill("SIGKILL");
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    if (!this.#process) return;
    await this.#world.processes.stop(this.#process, { graceMs: STOP_GRACE_MS });
  }

  #run(args: readonly string[]): void {
    const { name } = this.#identity;
    const folder = join(this.#world.dir, "machines", name);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const log = openSync(join(this.#world.dir, `${name}.log`), "a", 0o600);
    const child = this.#world.processes.start(this.service.name, process.execPath, args, {
      cwd: folder,
      env: this.#environment(folder),
      stdio: ["ignore", log, log],
      ...(this.#identity.behind === undefined && { niceness: BACKGROUND_NICENESS }),
    });
    closeSync(log);
    this.#process = child;
    this.#world.log("machine.started", { machine: name, service: this.service.name });
    child.once("exit", (code, signal) => {
      this.#world.log("machine.ended", { machine: name, code, signal });
      void this.#restart(args);
    });
  }

  async #restart(args: readonly string[]): Promise<void> {
    const { restartMs } = this.service;
    if (restartMs === undefined) return;
    const { signal } = this.#stopping;
    await delay(restartMs, undefined, { signal }).catch(() => {});
    if (!signal.aborted) this.#run(args);
  }

  #environment(folder: string): Record<string, string | undefined> {
    const { account, guestEnv } = this.#world;
    const { address, behind, credentials, faults } = this.#identity;
    const own = Object.entries(this.service.environment).map(
      ([name, value]) => [name, value.replace(OWN_FOLDERS, `${folder}/`)] as const,
    );
    return {
      PATH: process.env["PATH"],
      ...guestEnv,
      ...Object.fromEntries(own),
      AWS_ENDPOINT_URL: account.endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      TASK_ADDRESS: address,
      ...(behind !== undefined && { TASK_LISTEN_ADDRESS: behind }),
      ...(faults.length > 0 && { GODWIT_FAULTS: faults.join(",") }),
    };
  }
}
