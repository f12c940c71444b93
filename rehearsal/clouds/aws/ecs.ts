import type {
  DescribeServicesCommandInput,
  DescribeTaskDefinitionCommandInput,
  DescribeTasksCommandInput,
  ListTasksCommandInput,
  RegisterTaskDefinitionCommandInput,
  UpdateServiceCommandInput,
} from "@aws-sdk/client-ecs";
import { AwsError, type Action, type Part, type World } from "../world.ts";
import type { Front } from "../../front/index.ts";
import { EcsService, type ServiceDeclaration } from "./ecsService.ts";
import type { TaskHost } from "./ecsTask.ts";
import { TaskDefinitions } from "./ecsTaskDefinitions.ts";
import type { LogSink } from "./logs.ts";

export interface EcsOptions {
  readonly cluster: string;
  readonly front: Front;
  readonly logs: LogSink;
  /** Program that an image stands for, by the image's name without its tag. */
  readonly images: TaskHost["images"];
  /** How long a new task may take to pass the balancer's health probe. */
  readonly healthGraceMs?: number;
}

const HEALTH_GRACE_MS = 8_000;

export interface Ecs extends Part {
  /** Name of the one cluster. */
  readonly cluster: string;
  /** Creates a service as the application's own deployment once did. */
  createService(
    declaration: ServiceDeclaration,
    definition: RegisterTaskDefinitionCommandInput,
  ): EcsService;
  /** The services that there are, for the figures about them. */
  list(): readonly EcsService[];
}

/** ECS with one cluster: tasks are real processes, and a rollout behaves as the service's does. */
export function createEcs(world: World, options: EcsOptions): Ecs {
  const definitions = new TaskDefinitions(world.account);
  const services = new Map<string, EcsService>();
  const host = { world, healthGraceMs: HEALTH_GRACE_MS, ...options };
  const cluster = new Cluster(world, options.cluster, services);
  return {
    cluster: options.cluster,
    services: [
      {
        name: "ecs",
        actions: { ...definitionActions(definitions), ...serviceActions(cluster, definitions) },
      },
    ],
    createService(declaration, definition) {
      const first = definitions.register(definition);
      const { securityGroups } = declaration;
      const service = new EcsService({ ...host, securityGroups }, declaration, first);
      services.set(declaration.name, service);
      return service;
    },
    list: () => cluster.all(),
    async stop() {
      await Promise.all([...services.values()].map((service) => service.stop()));
    },
  };
}

class Cluster {
  readonly arn: string;
  readonly #name: string;
  readonly #services: ReadonlyMap<string, EcsService>;

  constructor(world: World, name: string, services: ReadonlyMap<string, EcsService>) {
    this.arn = world.account.arn("ecs", `cluster/${name}`);
    this.#name = name;
    this.#services = services;
  }

  /** Refuses the name or ARN of any other cluster. */
  admit(cluster: string | undefined): void {
    if (cluster !== undefined && [this.#name, this.arn].includes(cluster)) return;
    throw new AwsError("ClusterNotFoundException", "Cluster not found.");
  }

  find(nameOrArn: string | undefined): EcsService | undefined {
    return this.#services.get((nameOrArn ?? "").replace(/^arn:.*\//, ""));
  }

  service(nameOrArn: string | undefined): EcsService {
    const service = this.find(nameOrArn);
    if (service) return service;
    throw new AwsError("ServiceNotFoundException", "Service not found.");
  }

  all(): readonly EcsService[] {
    return [...this.#services.values()];
  }
}

function definitionActions(definitions: TaskDefinitions): Record<string, Action> {
  return {
    RegisterTaskDefinition: async (input: RegisterTaskDefinitionCommandInput) => {
      const { definition, tags } = definitions.register(input);
      return { taskDefinition: definition, tags };
    },
    DescribeTaskDefinition: async (input: DescribeTaskDefinitionCommandInput) => {
      const { definition, tags } = definitions.find(input.taskDefinition);
      return { taskDefinition: definition, tags: input.include?.includes("TAGS") ? tags : [] };
    },
  };
}

function serviceActions(cluster: Cluster, definitions: TaskDefinitions): Record<string, Action> {
  return {
    UpdateService: async (input: UpdateServiceCommandInput) => {
      cluster.admit(input.cluster);
      const service = cluster.service(input.service);
      const { desiredCount } = input;
      if (desiredCount !== undefined && desiredCount < 0) {
        throw new AwsError("InvalidParameterException", "desiredCount must not be negative.");
      }
      service.update({
        ...(input.taskDefinition && { definition: definitions.find(input.taskDefinition) }),
        ...(desiredCount !== undefined && { desiredCount }),
        force: input.forceNewDeployment ?? false,
      });
      return { service: service.describe() };
    },
    DescribeServices: async (input: DescribeServicesCommandInput) => {
      cluster.admit(input.cluster);
      const names = input.services ?? [];
      return {
        services: names.flatMap((name) => cluster.find(name)?.describe() ?? []),
        failures: names
          .filter((name) => !cluster.find(name))
          .map((arn) => ({ arn, reason: "MISSING" })),
      };
    },
    ListTasks: async (input: ListTasksCommandInput) => {
      cluster.admit(input.cluster);
      const services = input.serviceName ? [cluster.service(input.serviceName)] : cluster.all();
      const tasks = services.flatMap((service) => service.tasks).map((task) => task.describe());
      const desired = input.desiredStatus ?? "RUNNING";
      const listed = tasks.filter(
        (task) =>
          task.desiredStatus === desired &&
          (input.startedBy === undefined || task.startedBy === input.startedBy),
      );
      return { taskArns: listed.map((task) => task.taskArn) };
    },
    DescribeTasks: async (input: DescribeTasksCommandInput) => {
      cluster.admit(input.cluster);
      const tasks = cluster.all().flatMap((service) => service.tasks);
      const find = (reference: string) =>
        tasks.find((task) => reference === task.arn || reference === task.id);
      const references = input.tasks ?? [];
      return {
        tasks: references.flatMap((reference) => find(reference)?.describe() ?? []),
        failures: references
          .filter((reference) => !find(reference))
          .map((arn) => ({ arn, reason: "MISSING" })),
      };
    },
  };
}
