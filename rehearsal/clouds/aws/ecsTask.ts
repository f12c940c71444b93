import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import type { ContainerDefinition, Task } from "@aws-sdk/client-ecs";
import { bundleOf } from "../../traffic/bundle.ts";
import type { Front, TargetAddress } from "../../front/index.ts";
import type { World } from "../world.ts";
import type { RegisteredTaskDefinition } from "./ecsTaskDefinitions.ts";
import { containerEnvironment } from "./ecsTaskEnvironment.ts";
import type { LogSink } from "./logs.ts";

/** What tasks need of the world around them. */
export interface TaskHost {
  readonly world: Pick<
    World,
    "dir" | "account" | "network" | "machines" | "processes" | "guestEnv" | "secretValue" | "log"
  >;
  readonly front: Front;
  readonly logs: LogSink;
  /** Program that an image stands for, by the image's name without its tag. */
  readonly images: Readonly<Record<string, URL>>;
  readonly cluster: string;
  /** Security groups of the tasks' network interfaces. */
  readonly securityGroups: readonly string[];
  /** How long a new task may take to pass the balancer's health probe. */
  readonly healthGraceMs: number;
}

/** Files to run: what the image stands for, and what stands for the machine that runs it. */
interface Program {
  readonly application: string;
  readonly network: string;
}

type TaskStatus = "PROVISIONING" | "PENDING" | "RUNNING" | "DEACTIVATING" | "STOPPING" | "STOPPED";

/** How long a task that was healthy may fail it. */
const UNHEALTHY_GRACE_MS = 10_000;
const CONTAINER_PORT = 3000;
const STOP_TIMEOUT_SECONDS = 30;
const NETWORK = new URL("ecsTaskNetwork.ts", import.meta.url);

/** One task: a process of the application on an address of its own, behind the load balancer. */
export class EcsTask {
  readonly id = randomUUID().replaceAll("-", "");
  readonly arn: string;
  readonly createdAt = new Date();
  readonly #host: TaskHost;
  readonly #definition: RegisteredTaskDefinition;
  readonly #container: ContainerDefinition;
  readonly #startedBy: string;
  readonly #target: TargetAddress;
  readonly #onChange: () => void;
  #status: TaskStatus = "PROVISIONING";
  #desired: "RUNNING" | "STOPPED" = "RUNNING";
  #process: ChildProcess | undefined;
  #startedAt: Date | undefined;
  #lastHealthy: number | undefined;
  #stoppedAt: Date | undefined;
  #stoppedReason: string | undefined;
  #exitCode: number | undefined;
  #stopping: Promise<void> | undefined;

  constructor(
    host: TaskHost,
    definition: RegisteredTaskDefinition,
    startedBy: string,
    onChange: () => void,
  ) {
    this.#host = host;
    this.#definition = definition;
    this.#container = definition.definition.containerDefinitions![0]!;
    this.#startedBy = startedBy;
    this.#onChange = onChange;
    this.arn = host.world.account.arn("ecs", `task/${host.cluster}/${this.id}`);
    const port = this.#container.portMappings?.[0]?.containerPort ?? CONTAINER_PORT;
    this.#target = { host: host.world.network.claim(`task ${this.id}`), port };
  }

  get status(): TaskStatus {
    return this.#status;
  }

  /** True until it has stopped, or has been told to. */
  get wanted(): boolean {
    return this.#desired === "RUNNING" && this.#status !== "STOPPED";
  }

  get healthy(): boolean {
    return this.#status === "RUNNING" && this.#host.front.health(this.#target) === "healthy";
  }

  /** True when the task runs and has failed the balancer's health probe for too long. */
  isUnhealthy(now: number): boolean {
    if (this.healthy) this.#lastHealthy = now;
    if (this.#status !== "RUNNING" || this.healthy) return false;
    if (this.#lastHealthy !== undefined) return now - this.#lastHealthy > UNHEALTHY_GRACE_MS;
    return now - this.#startedAt!.getTime() > this.#host.healthGraceMs;
  }

  /** True once it has ended without having been told to. */
  get failed(): boolean {
    return this.#status === "STOPPED" && this.#stopping === undefined;
  }

  get pid(): number | undefined {
    return this.#status === "STOPPED" ? undefined : this.#process?.pid;
  }

  get stoppedReason(): string | undefined {
    return this.#stoppedReason;
  }

  /** Starts the application; a failure to do so ends the task and is its `stoppedReason`. */
  async start(): Promise<void> {
    try {
      this.#become("PENDING");
      const program = await this.#program();
      const env = await this.#environment();
      await this.#host.world.machines.place(this.#target.host, this.#host.securityGroups);
      if (this.#desired === "STOPPED") return;
      this.#run(program, env);
    } catch (error) {
      this.#stoppedReason ??= (error as Error).message;
      await this.#finish();
    }
  }

  /** Takes it out of the load balancer, lets its requests end, then ends the process. */
  stop(reason: string): Promise<void> {
    this.#desired = "STOPPED";
    this.#stoppedReason ??= reason;
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  describe(): Task {
    const { account } = this.#host.world;
    const health = this.healthy ? "HEALTHY" : "UNKNOWN";
    return {
      taskArn: this.arn,
      clusterArn: account.arn("ecs", `cluster/${this.#host.cluster}`),
      taskDefinitionArn: this.#definition.definition.taskDefinitionArn,
      lastStatus: this.#status,
      desiredStatus: this.#desired,
      healthStatus: health,
      launchType: "FARGATE",
      startedBy: this.#startedBy,
      createdAt: this.createdAt,
      startedAt: this.#startedAt,
      stoppedAt: this.#stoppedAt,
      stoppedReason: this.#stoppedReason,
      stopCode: this.#stopCode(),
      containers: [
        {
          containerArn: account.arn("ecs", `container/${this.#host.cluster}/${this.id}`),
          taskArn: this.arn,
          name: this.#container.name,
          image: this.#container.image,
          lastStatus: this.#status,
          healthStatus: health,
          exitCode: this.#exitCode,
          networkInterfaces: [{ privateIpv4Address: this.#target.host }],
        },
      ],
    };
  }

  async #program(): Promise<Program> {
    const { images, world } = this.#host;
    const image = this.#container.image!;
    const script = images[image.replace(/[:@].*$/, "")];
    if (script === undefined) throw new Error(`CannotPullContainerError: ${image}: not found`);
    const [application, network] = await Promise.all([
      bundleOf(world.dir, script),
      bundleOf(world.dir, NETWORK),
    ]);
    return { application, network };
  }

  async #environment(): Promise<Record<string, string>> {
    try {
      return await containerEnvironment(this.#host.world, this.#container);
    } catch (error) {
      const why = `unable to pull secrets or registry auth: ${(error as Error).message}`;
      throw new Error(`ResourceInitializationError: ${why}`, { cause: error });
    }
  }

  #run(program: Program, env: Readonly<Record<string, string>>): void {
    const { world, front } = this.#host;
    const args = ["--import", program.network, program.application];
    const address = this.#target.host;
    const own = { HOST: address, HOSTNAME: this.id.slice(0, 12), TASK_ADDRESS: address };
    const child = world.processes.start(`task ${this.id}`, process.execPath, args, {
      env: { PATH: process.env["PATH"], ...world.guestEnv, ...env, ...own },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    this.#forwardLogs(child);
    child.once("exit", (code) => {
      this.#exitCode = code ?? undefined;
      if (this.#stopping) return;
      this.#stoppedReason ??= "Essential container in task exited";
      void this.#finish();
    });
    this.#startedAt = new Date();
    front.register(this.#target);
    this.#become("RUNNING");
  }

  #forwardLogs(child: ChildProcess): void {
    const options = this.#container.logConfiguration?.options;
    const group = options?.["awslogs-group"];
    if (group === undefined) return;
    const stream = `${options?.["awslogs-stream-prefix"] ?? "ecs"}/${this.#container.name}/${this.id}`;
    for (const output of [child.stdout!, child.stderr!]) {
      createInterface({ input: output }).on("line", (line) => {
        this.#host.logs.write(group, stream, line);
      });
    }
  }

  async #stop(): Promise<void> {
    if (this.#process !== undefined && this.#status === "RUNNING") {
      this.#become("DEACTIVATING");
      await this.#leaveFront();
      this.#become("STOPPING");
      const graceMs = (this.#container.stopTimeout ?? STOP_TIMEOUT_SECONDS) * 1_000;
      await this.#host.world.processes.stop(this.#process, { graceMs });
    }
    await this.#finish();
  }

  async #finish(): Promise<void> {
    if (this.#status === "STOPPED") return;
    this.#desired = "STOPPED";
    this.#stoppedAt = new Date();
    this.#become("STOPPED");
    await this.#leaveFront();
    await this.#host.world.machines.remove(this.#target.host);
    this.#host.world.network.release(`task ${this.id}`);
  }

  /** A balancer that does not answer must not keep a task from stopping. */
  async #leaveFront(): Promise<void> {
    try {
      await this.#host.front.deregister(this.#target);
    } catch (error) {
      this.#host.world.log("ecs.deregister", { task: this.id, error: (error as Error).message });
    }
  }

  #become(status: TaskStatus): void {
    this.#status = status;
    const reason = status === "STOPPED" ? this.#stoppedReason : undefined;
    this.#host.world.log("ecs.task", { task: this.id, status, reason });
    this.#onChange();
  }

  #stopCode(): Task["stopCode"] {
    if (this.#stoppedAt === undefined) return undefined;
    if (this.#startedAt === undefined) return "TaskFailedToStart";
    return this.#stopping ? "ServiceSchedulerInitiated" : "EssentialContainerExited";
  }
}
