import { randomInt } from "node:crypto";
import type { Deployment, DeploymentRolloutState } from "@aws-sdk/client-ecs";
import { EcsTask, type TaskHost } from "./ecsTask.ts";
import type { RegisteredTaskDefinition } from "./ecsTaskDefinitions.ts";

/** Failed tasks after which the circuit breaker gives a deployment up, as the service counts them. */
const LEAST_FAILURES = 3;

/** The tasks of one task definition within a service, and how far their rollout is. */
export class EcsDeployment {
  readonly id = `ecs-svc/${String(randomInt(1e9, 9e9)).padStart(19, "0")}`;
  readonly definition: RegisteredTaskDefinition;
  readonly createdAt = new Date();
  tasks: readonly EcsTask[] = [];
  #failedTasks = 0;
  #rollout: DeploymentRolloutState = "IN_PROGRESS";
  #rolloutReason: string;
  #updatedAt = new Date();

  constructor(definition: RegisteredTaskDefinition) {
    this.definition = definition;
    this.#rolloutReason = `ECS deployment ${this.id} in progress.`;
  }

  get rollout(): DeploymentRolloutState {
    return this.#rollout;
  }

  get wanted(): EcsTask[] {
    return this.tasks.filter((task) => task.wanted);
  }

  get healthy(): EcsTask[] {
    return this.tasks.filter((task) => task.wanted && task.healthy);
  }

  startTask(host: TaskHost, onChange: (task: EcsTask) => void): EcsTask {
    const task: EcsTask = new EcsTask(host, this.definition, this.id, () => onChange(task));
    this.tasks = [...this.tasks, task];
    void task.start();
    return task;
  }

  complete(): void {
    this.#roll("COMPLETED", `ECS deployment ${this.id} completed.`);
  }

  /** Counts a task that ended or stayed unhealthy during the rollout; true when it was one too many. */
  countFailure(reason: string, desired: number): boolean {
    if (this.#rollout !== "IN_PROGRESS") return false;
    this.#failedTasks++;
    if (this.#failedTasks < Math.max(LEAST_FAILURES, Math.ceil(desired / 2))) return false;
    this.#roll("FAILED", `ECS deployment circuit breaker: tasks failed to start (${reason}).`);
    return true;
  }

  /** Takes the tasks that have stopped out of the deployment. */
  removeStopped(): EcsTask[] {
    const stopped = this.tasks.filter((task) => task.status === "STOPPED");
    this.tasks = this.tasks.filter((task) => task.status !== "STOPPED");
    return stopped;
  }

  describe(status: "PRIMARY" | "ACTIVE", desiredCount: number): Deployment {
    const count = (...statuses: string[]) =>
      this.tasks.filter((task) => statuses.includes(task.status)).length;
    return {
      id: this.id,
      status,
      taskDefinition: this.definition.definition.taskDefinitionArn,
      desiredCount,
      runningCount: count("RUNNING"),
      pendingCount: count("PROVISIONING", "PENDING"),
      failedTasks: this.#failedTasks,
      rolloutState: this.#rollout,
      rolloutStateReason: this.#rolloutReason,
      createdAt: this.createdAt,
      updatedAt: this.#updatedAt,
      launchType: "FARGATE",
    };
  }

  #roll(state: DeploymentRolloutState, reason: string): void {
    this.#rollout = state;
    this.#rolloutReason = reason;
    this.#updatedAt = new Date();
  }
}
