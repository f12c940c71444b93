import type { Service } from "@aws-sdk/client-ecs";
import type { RunningApplication } from "../../traffic/index.ts";
import type { EcsDeployment } from "./ecsDeployment.ts";
import { Rollout } from "./ecsRollout.ts";
import type { EcsTask, TaskHost } from "./ecsTask.ts";
import type { RegisteredTaskDefinition } from "./ecsTaskDefinitions.ts";
import { containerEnvironment } from "./ecsTaskEnvironment.ts";

export interface ServiceDeclaration {
  readonly name: string;
  readonly desiredCount: number;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

export interface ServiceChange {
  readonly definition?: RegisteredTaskDefinition;
  readonly desiredCount?: number;
  readonly force?: boolean;
}

/** A service behind the load balancer, and the application that it runs. */
export class EcsService implements RunningApplication {
  readonly name: string;
  readonly arn: string;
  readonly #host: TaskHost;
  readonly #declaration: ServiceDeclaration;
  readonly #rollout: Rollout;
  readonly #createdAt = new Date();
  readonly #listeners: (() => void)[] = [];

  constructor(host: TaskHost, declaration: ServiceDeclaration, first: RegisteredTaskDefinition) {
    const { name, desiredCount } = declaration;
    this.name = name;
    this.arn = host.world.account.arn("ecs", `service/${host.cluster}/${name}`);
    this.#host = host;
    this.#declaration = declaration;
    this.#rollout = new Rollout(name, host, desiredCount, () => {
      for (const listen of this.#listeners) listen();
    });
    this.#rollout.deploy(first);
  }

  get securityGroups(): readonly string[] {
    return this.#declaration.securityGroups;
  }

  get url(): string {
    return this.#host.front.url;
  }

  get tasks(): readonly EcsTask[] {
    return this.#rollout.tasks;
  }

  /** CPU units and MiB of memory of a task, as the task definition says. */
  get taskSize(): { readonly cpu: string | undefined; readonly memory: string | undefined } {
    const { cpu, memory } = this.#rollout.primary.definition.definition;
    return { cpu, memory };
  }

  /** A new task definition, or `force`, begins a deployment; a new count only scales. */
  update({ definition, desiredCount, force = false }: ServiceChange): void {
    if (desiredCount !== undefined) this.#rollout.scale(desiredCount);
    const current = this.#rollout.primary.definition;
    const next = definition ?? current;
    if (force || next !== current) this.#rollout.deploy(next);
  }

  async taskEnvironment(): Promise<Readonly<Record<string, string>> | undefined> {
    const { serving } = this.#rollout;
    return serving && (await this.#environmentOf(serving));
  }

  configuredEnvironment(): Promise<Readonly<Record<string, string>>> {
    return this.#environmentOf(this.#rollout.serving ?? this.#rollout.primary);
  }

  onDeployment(listen: () => void): void {
    this.#listeners.push(listen);
  }

  async stop(): Promise<void> {
    await this.#rollout.stop();
  }

  describe(): Service {
    const { desired, primary } = this.#rollout;
    const deployments = this.#rollout.deployments.map((deployment) =>
      deployment.describe(deployment === primary ? "PRIMARY" : "ACTIVE", desired),
    );
    const sum = (count: "runningCount" | "pendingCount") =>
      deployments.reduce((total, deployment) => total + deployment[count]!, 0);
    return {
      ...this.#described(primary),
      desiredCount: desired,
      runningCount: sum("runningCount"),
      pendingCount: sum("pendingCount"),
      deployments,
      events: [...this.#rollout.events],
    };
  }

  #environmentOf({ definition }: EcsDeployment): Promise<Record<string, string>> {
    return containerEnvironment(this.#host.world, containerOf(definition));
  }

  #described({ definition }: EcsDeployment): Service {
    const { account } = this.#host.world;
    const { name, portMappings } = containerOf(definition);
    const targetGroupArn = account.arn("elasticloadbalancing", `targetgroup/${this.name}/front`);
    const containerPort = portMappings?.[0]?.containerPort;
    return {
      serviceArn: this.arn,
      serviceName: this.name,
      clusterArn: account.arn("ecs", `cluster/${this.#host.cluster}`),
      status: "ACTIVE",
      launchType: "FARGATE",
      schedulingStrategy: "REPLICA",
      deploymentController: { type: "ECS" },
      deploymentConfiguration: {
        maximumPercent: this.#rollout.maximumPercent,
        minimumHealthyPercent: 100,
        deploymentCircuitBreaker: { enable: true, rollback: false },
      },
      taskDefinition: definition.definition.taskDefinitionArn,
      loadBalancers: [{ targetGroupArn, containerName: name, containerPort }],
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [...this.#declaration.subnets],
          securityGroups: [...this.#declaration.securityGroups],
        },
      },
      healthCheckGracePeriodSeconds: this.#host.healthGraceMs / 1_000,
      createdAt: this.#createdAt,
    };
  }
}

function containerOf({ definition }: RegisteredTaskDefinition) {
  return definition.containerDefinitions![0]!;
}
