import { randomUUID } from "node:crypto";
import type { ServiceEvent } from "@aws-sdk/client-ecs";
import { EcsDeployment } from "./ecsDeployment.ts";
import type { EcsTask, TaskHost } from "./ecsTask.ts";
import type { RegisteredTaskDefinition } from "./ecsTaskDefinitions.ts";

/** How many tasks may run beside the desired ones while a deployment rolls: it goes task by task. */
const TASKS_BESIDE = 1;
const LOOK_EVERY_MS = 500;
const RESTART_DELAY_MS = 500;
const EVENTS_KEPT = 100;
const STOPPED_TASKS_KEPT = 50;

/**
 * Keeps as many healthy tasks of a service's newest deployment as are desired. A rollout starts one
 * new task after the other beside the old ones, and stops an old one only for a new one that is
 * healthy; when too many new ones fail it is given up, and the old ones stay.
 */
export class Rollout {
  readonly #service: string;
  readonly #host: TaskHost;
  readonly #timer: NodeJS.Timeout;
  readonly #onServing: () => void;
  /** The newest first; an older one until its last task has stopped. */
  #deployments: readonly EcsDeployment[] = [];
  #stopped: readonly EcsTask[] = [];
  #events: readonly ServiceEvent[] = [];
  #desired: number;
  #serving: EcsDeployment | undefined;
  #restartAt = 0;
  #scheduled = false;

  constructor(service: string, host: TaskHost, desired: number, onServing: () => void) {
    this.#service = service;
    this.#host = host;
    this.#desired = desired;
    this.#onServing = onServing;
    this.#timer = setInterval(() => this.#schedule(), LOOK_EVERY_MS);
    this.#timer.unref();
    host.front.onHealth(() => this.#schedule());
  }

  get desired(): number {
    return this.#desired;
  }

  /** How many tasks may run at once, old ones and new ones together, in percent of the desired. */
  get maximumPercent(): number {
    return Math.ceil((100 * (this.#desired + TASKS_BESIDE)) / Math.max(1, this.#desired));
  }

  get #running(): number {
    const tasks = this.#deployments.flatMap((deployment) => deployment.tasks);
    return tasks.filter(({ status }) => status !== "STOPPED").length;
  }

  get primary(): EcsDeployment {
    return this.#deployments[0]!;
  }

  get deployments(): readonly EcsDeployment[] {
    return this.#deployments;
  }

  get events(): readonly ServiceEvent[] {
    return this.#events;
  }

  /** All tasks, those that have stopped lately included. */
  get tasks(): readonly EcsTask[] {
    return [...this.#deployments.flatMap(({ tasks }) => tasks), ...this.#stopped];
  }

  /** The newest deployment that answers requests; undefined while none does. */
  get serving(): EcsDeployment | undefined {
    return this.#serving;
  }

  deploy(definition: RegisteredTaskDefinition): void {
    this.#deployments = [new EcsDeployment(definition), ...this.#deployments];
    this.#restartAt = 0;
    this.#schedule();
  }

  scale(desired: number): void {
    this.#desired = desired;
    this.#schedule();
  }

  /** Ends every task; none is started again. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#desired = 0;
    await Promise.all(this.tasks.map((task) => task.stop("The service was stopped")));
  }

  /** Changes come in bursts and from within each other: one look at all of them is enough. */
  #schedule(): void {
    if (this.#scheduled || this.#deployments.length === 0) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#stopUnhealthy();
      this.#startMissing();
      this.#stopSurplus();
      this.#forgetStopped();
      this.#complete();
      this.#noteServing();
    });
  }

  #stopUnhealthy(): void {
    for (const deployment of this.#deployments) {
      for (const task of deployment.wanted.filter((each) => each.isUnhealthy(Date.now()))) {
        this.#event(`(task ${task.id}) is unhealthy in the target group.`);
        void task.stop("Task failed ELB health checks");
        this.#countFailure(deployment, task);
      }
    }
  }

  #startMissing(): void {
    const { primary } = this;
    if (primary.rollout === "FAILED" || Date.now() < this.#restartAt) return;
    const missing = this.#desired - primary.wanted.length;
    const room = this.#desired + TASKS_BESIDE - this.#running;
    for (let starting = Math.min(missing, room); starting > 0; starting--) {
      const task = primary.startTask(this.#host, (changed) => this.#onChange(primary, changed));
      this.#event(`has started 1 tasks: (task ${task.id}).`);
    }
  }

  #stopSurplus(): void {
    const [primary, ...older] = this.#deployments;
    const surplus = primary!.wanted.slice(this.#desired);
    const healthy = this.#deployments.flatMap((deployment) => deployment.healthy).length;
    let dispensable = Math.max(0, healthy - this.#desired);
    for (const task of older.flatMap((deployment) => deployment.wanted)) {
      if (!task.healthy || dispensable-- > 0) surplus.push(task);
    }
    for (const task of surplus) {
      this.#event(`has begun draining connections on 1 tasks: (task ${task.id}).`);
      void task.stop("Scaling activity initiated by the service");
    }
  }

  #onChange(deployment: EcsDeployment, task: EcsTask): void {
    if (task.failed) this.#countFailure(deployment, task);
    this.#schedule();
  }

  #countFailure(deployment: EcsDeployment, task: EcsTask): void {
    this.#restartAt = Date.now() + RESTART_DELAY_MS;
    if (!deployment.countFailure(task.stoppedReason!, this.#desired)) return;
    this.#event(`(deployment ${deployment.id}) deployment failed: tasks failed to start.`);
    for (const each of deployment.wanted) void each.stop("The deployment failed");
  }

  #forgetStopped(): void {
    const ended = this.#deployments.flatMap((deployment) => deployment.removeStopped());
    this.#stopped = [...ended, ...this.#stopped].slice(0, STOPPED_TASKS_KEPT);
    const { primary } = this;
    this.#deployments = this.#deployments.filter(
      (deployment) => deployment === primary || deployment.tasks.length > 0,
    );
  }

  #complete(): void {
    const { primary } = this;
    const asDesired = primary.healthy.length === this.#desired;
    const alone = this.#deployments.length === 1 && primary.tasks.length === this.#desired;
    if (primary.rollout !== "IN_PROGRESS" || !asDesired || !alone) return;
    primary.complete();
    this.#event(`(deployment ${primary.id}) deployment completed.`);
    this.#event("has reached a steady state.");
  }

  #noteServing(): void {
    const serving = this.#deployments.find((deployment) => deployment.healthy.length > 0);
    if (serving === this.#serving) return;
    this.#serving = serving;
    this.#onServing();
  }

  #event(message: string): void {
    const text = `(service ${this.#service}) ${message}`;
    const event = { id: randomUUID(), createdAt: new Date(), message: text };
    this.#events = [event, ...this.#events].slice(0, EVENTS_KEPT);
    this.#host.world.log("ecs.event", { message: text });
  }
}
