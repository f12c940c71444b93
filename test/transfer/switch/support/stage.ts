import { fork, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { freePort } from "../../../../automation/engine/freePort.ts";
import { compareServers } from "../../../../transfer/redis/verify.ts";
import type { Side, Timing } from "../../../../transfer/switch/protocol.ts";
import { DecisionRecord } from "../../../../transfer/switch/record.ts";
import type { SwitchOutcome } from "../../../../transfer/switch/session.ts";
import { startRedis, type RedisServer } from "../../../support/redisServer.ts";
import { until } from "../../../support/until.ts";
import { end } from "../../../support/childProcess.ts";
import { Gate } from "./gate.ts";
import { command, fill, filled, follow } from "./servers.ts";
import { Ledger } from "./ledger.ts";
import type { DriverOrders, RelayOrders, SwitchOrder, Told } from "./orders.ts";
import { temporaryFolder } from "../../../support/temporaryFolder.ts";

/** Short enough to be waited for, long enough for a busy machine. */
export const TIMING: Timing = {
  driverMs: 400,
  relayMs: 600,
  retryMs: 20,
  resendMs: 20,
  leaseMs: 600,
  recheckMs: 10_000,
};
/** A driver that is new copies everything once more before it can switch: no faster than its busy servers allow. */
const MOVE_WITHIN_MS = 40_000;
// prettier-ignore
const SERVER_FLAGS = ["--repl-diskless-sync-delay", "0", "--protected-mode", "no", "--maxclients", "12000"];
const CLIENTS_PER_RELAY = 2;
const NAMES = ["relay-1", "relay-2"] as const;
const WHO = [...NAMES, "driver"] as const;
/** A driver's link to a relay, or somebody's to a server. */
export type LinkName = `driver-${(typeof NAMES)[number]}` | `${(typeof WHO)[number]}-${Side}`;

/** What came of a switch: its outcome, that the driver died, or what it threw. */
export type Ended = { outcome: SwitchOutcome; happened: number } | "died" | { failed: string };

type Servers = Record<Side | "sourceReplica" | "targetReplica", RedisServer>;

/** Two servers with a replica each; two relays and a driver in processes of their own; clients with a ledger. */
export class Stage {
  readonly ledger: Ledger;
  readonly gates: Readonly<Record<LinkName, Gate>>;
  readonly relayPorts: readonly RelayOrders["ports"][];
  readonly #servers: Servers;
  readonly #timing: Timing;
  readonly #controlKey = randomBytes(32).toString("hex");
  readonly #built = temporaryFolder("switch");
  readonly #relays: ChildProcess[] = [];
  driver: ChildProcess | undefined;
  readonly record: DecisionRecord;

  private constructor(
    servers: Servers,
    gates: Stage["gates"],
    ports: Stage["relayPorts"],
    timing: Timing = TIMING,
  ) {
    this.#servers = servers;
    this.#timing = timing;
    this.gates = gates;
    this.relayPorts = ports;
    this.record = new DecisionRecord({
      move: "faults",
      address: () => this.#servers.target.address,
      // A pause that a driver left holds this up as well.
      confirmMs: 5_000,
      answerMs: 10_000,
    });
    this.#build();
    this.ledger = new Ledger(
      ports.map(({ port }) => port),
      CLIENTS_PER_RELAY,
    );
  }

  /**
   * With `timing`, links have no gates: they take as many connections as the machine, and cannot be broken. Resolves
   * when the target has the source's `keys` that are there from the start.
   */
  static async set(timing?: Timing, keys = 0): Promise<Stage> {
    const gate = async (to: number) => (timing ? Gate.none(to) : await Gate.open(to));
    const started = Array.from({ length: 4 }, () => startRedis(...SERVER_FLAGS));
    const [source, target, sourceReplica, targetReplica] = (await Promise.all(started)) as [RedisServer, RedisServer, RedisServer, RedisServer]; // prettier-ignore
    const servers = { source, target, sourceReplica, targetReplica };
    const ports: RelayOrders["ports"][] = [];
    const gates: Partial<Record<LinkName, Gate>> = {};
    for (const name of NAMES) {
      const port = { port: await freePort(), controlPort: await freePort(), healthPort: await freePort() }; // prettier-ignore
      ports.push(port);
      gates[`driver-${name}`] = await gate(port.controlPort);
    }
    for (const who of WHO)
      for (const side of ["source", "target"] as const)
        gates[`${who}-${side}`] = await gate(servers[side].address.port);
    const stage = new Stage(servers, gates as Stage["gates"], ports, timing);
    await follow(targetReplica, target);
    await follow(sourceReplica, source);
    await fill(source, keys);
    await stage.record.keep({ epoch: 0, side: "source" });
    await Promise.all(NAMES.map((_, index) => stage.startRelay(index)));
    await stage.ledger.served();
    await stage.startDriver(true);
    await filled(target, keys);
    return stage;
  }

  port(side: Side): number {
    return this.#servers[side].address.port;
  }

  /** Starts a relay anew. */
  async startRelay(index: number): Promise<void> {
    const name = NAMES[index]!;
    await this.killRelay(index);
    const orders: RelayOrders = {
      name,
      ports: this.relayPorts[index]!,
      source: this.gates[`${name}-source`].port,
      target: this.gates[`${name}-target`].port,
      controlKey: this.#controlKey,
      timing: this.#timing,
    };
    const relay = this.#fork("relayProcess", orders);
    this.#relays[index] = relay;
    await until(() => relay.exitCode !== null || relay.signalCode !== null || heard.has(relay));
  }

  /** The next time this relay enters the phase, it kills itself. Resolves when it is dead. */
  async relayDiesIn(index: number, phase: string): Promise<void> {
    this.#relays[index]!.send(phase);
    await ended(this.#relays[index]!);
  }

  async killRelay(index: number): Promise<void> {
    if (this.#relays[index]) await end(this.#relays[index]);
  }

  /** A driver in place of the last. Resolves when it is ready, with the side that it found. */
  async startDriver(first = false): Promise<Side> {
    if (this.driver) await end(this.driver);
    return await this.addDriver(first);
  }

  /** Another driver, whatever the last does. Resolves as `startDriver` does. */
  async addDriver(first = false): Promise<Side> {
    const told = await this.heard(this.forkDriver(first), "ready");
    if (told?.type !== "ready") throw new Error("the driver ended before it was ready");
    return told.side;
  }

  forkDriver(first: boolean): ChildProcess {
    const orders: DriverOrders = {
      relays: NAMES.map((name) => ({ name, port: this.gates[`driver-${name}`].port })),
      source: this.gates["driver-source"].port,
      target: this.gates["driver-target"].port,
      controlKey: this.#controlKey,
      timing: this.#timing,
      first,
    };
    this.driver = this.#fork("driverProcess", orders);
    return this.driver;
  }

  /** Asks for one switch. `onPhase` may break something as a phase is entered. */
  async switchTo(
    side: Side,
    { dieAt, onPhase }: { dieAt?: number; onPhase?: (phase: string) => void } = {},
  ): Promise<Ended> {
    const driver = this.driver!;
    const listen = (told: Told) => told.type === "phase" && onPhase?.(told.phase);
    driver.on("message", listen);
    const order: SwitchOrder = { side, dieAt };
    driver.send(order);
    const told = await this.heard(driver, "switched", "failed");
    driver.off("message", listen);
    if (told?.type === "switched") return { outcome: told.outcome as SwitchOutcome, happened: told.happened }; // prettier-ignore
    return told?.type === "failed" ? { failed: told.why } : "died";
  }

  /** Takes the traffic there, however many tries that takes on a busy machine. */
  async moveTo(side: Side): Promise<SwitchOutcome> {
    const deadline = performance.now() + MOVE_WITHIN_MS;
    for (;;) {
      const ended = await this.switchTo(side);
      if (ended !== "died" && "outcome" in ended && ended.outcome.side === side) return ended.outcome; // prettier-ignore
      if (performance.now() > deadline)
        throw new Error(`the switch was not made: ${JSON.stringify(ended)}`);
    }
  }

  async owner(): Promise<Side> {
    return (await this.record.read())!.side;
  }

  /** Every client is served, on one side, which has every acknowledged write. */
  async checkOwner(): Promise<void> {
    await this.ledger.served();
    await this.ledger.check(this.port(await this.owner()));
  }

  /** The other side follows: it gets what the owner has. */
  async checkEqual(): Promise<void> {
    const { source, target } = this.#servers;
    const differences = async () =>
      (await compareServers(source.address, target.address)).differences;
    await this.ledger.resting(() => until(async () => (await differences()) === 0));
  }

  /** The replica of a side becomes its primary, and its name leads there. The old one follows it. */
  async failOver(side: Side): Promise<void> {
    const servers = this.#servers;
    const [old, promoted] = side === "target" ? [servers.target, servers.targetReplica] : [servers.source, servers.sourceReplica]; // prettier-ignore
    if (side === "target") [servers.target, servers.targetReplica] = [promoted, old];
    else [servers.source, servers.sourceReplica] = [promoted, old];
    await command(promoted.address, "REPLICAOF", "NO", "ONE");
    for (const who of WHO) this.gates[`${who}-${side}`].reset(promoted.address.port);
    this.record.close(); // It connects anew, to the promoted one.
    await follow(old, promoted);
  }

  async stop(): Promise<void> {
    for (const gate of Object.values(this.gates)) gate.mend();
    await this.ledger.stop();
    this.record.close();
    if (this.driver) await end(this.driver);
    for (const relay of this.#relays) await end(relay);
    for (const gate of Object.values(this.gates)) gate.close();
    await Promise.all(Object.values(this.#servers).map((server) => server.stop()));
    rmSync(this.#built, { recursive: true, force: true });
  }

  /** What a driver tells of these kinds, or undefined when it has ended. */
  async heard(driver: ChildProcess, ...types: Told["type"][]): Promise<Told | undefined> {
    return await new Promise((resolve) => {
      const end = (told?: Told) => {
        driver.off("exit", gone).off("message", listen);
        resolve(told);
      };
      const gone = () => end();
      const listen = (told: Told) => types.includes(told.type) && end(told);
      driver.on("exit", gone).on("message", listen);
    });
  }

  #build(): void {
    const entryPoints = ["relayProcess", "driverProcess"].map((name) =>
      fileURLToPath(new URL(`${name}.ts`, import.meta.url)),
    );
    buildSync({ entryPoints, outdir: this.#built, outExtension: { ".js": ".mjs" }, bundle: true, platform: "node", format: "esm" }); // prettier-ignore
  }

  #fork(name: string, orders: RelayOrders | DriverOrders): ChildProcess {
    const child = fork(join(this.#built, `${name}.mjs`), [JSON.stringify(orders)], {
      env: { ...process.env, NODE_NO_WARNINGS: "1" },
      execArgv: [],
    });
    child.once("message", () => heard.add(child));
    return child;
  }
}

/** Children that have said something. */
const heard = new WeakSet<ChildProcess>();

/** Resolves when the process has ended. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}
