import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  type ContainerDefinition,
  type RegisterTaskDefinitionCommandInput,
  type Service,
  type Tag,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { failure } from "../../automation/errors.ts";
import type { StepContext } from "../../automation/step.ts";
import { waitFor } from "../wait.ts";
import { clientSettings } from "../../automation/aws.ts";

const DEPLOYMENT_DEADLINE_MS = 30 * 60_000;
const RUN_TAG = "godwit:run";
const PURPOSE_TAG = "godwit:purpose";

export interface ServiceName {
  readonly cluster: string;
  readonly service: string;
}

export function ecsClient(ctx: Pick<StepContext, "environment">): ECSClient {
  return new ECSClient(clientSettings(ctx.environment.env));
}

export async function describeService(client: ECSClient, name: ServiceName): Promise<Service> {
  const { services } = await client.send(
    new DescribeServicesCommand({ cluster: name.cluster, services: [name.service] }),
  );
  const service = services?.[0];
  if (service?.status === "ACTIVE") return service;
  throw failure(
    "no-service",
    `ECS cluster ${name.cluster} has no active service ${name.service}.`,
    "",
    "Correct `godwit:application` in the stack's settings.",
  );
}

/** Sets what the service runs and how many tasks, and waits until exactly that is running. */
export async function setService(
  ctx: StepContext,
  client: ECSClient,
  name: ServiceName,
  change: { taskDefinition?: string; desiredCount: number },
): Promise<Service> {
  await client.send(
    new UpdateServiceCommand({ ...name, ...change, forceNewDeployment: change.desiredCount > 0 }),
  );
  const wait = { what: `service ${name.service}`, deadlineMs: DEPLOYMENT_DEADLINE_MS };
  return await waitFor<Service>(ctx, wait, async () => {
    const service = await describeService(client, name);
    if (isSettled(service, change)) return { done: service };
    const failed = service.deployments?.find((deployment) => deployment.status === "PRIMARY");
    if (failed?.rolloutState === "FAILED") throw deploymentFailed(name, failed.rolloutStateReason);
    return { seen: `${service.runningCount} of ${service.desiredCount} tasks running` };
  });
}

/** Whether exactly this runs, and no deployment is under way. */
export function isSettled(
  service: Service,
  change: { taskDefinition?: string; desiredCount: number },
): boolean {
  const [deployment, ...older] = service.deployments ?? [];
  return (
    older.length === 0 &&
    service.desiredCount === change.desiredCount &&
    service.runningCount === change.desiredCount &&
    service.pendingCount === 0 &&
    (change.taskDefinition === undefined || service.taskDefinition === change.taskDefinition) &&
    (change.desiredCount === 0 || deployment?.rolloutState === "COMPLETED")
  );
}

export async function describeTaskDefinition(
  client: ECSClient,
  nameOrArn: string,
): Promise<TaskDefinition> {
  const { taskDefinition } = await client.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: nameOrArn }),
  );
  if (!taskDefinition) throw new Error(`ECS has no task definition ${nameOrArn}`);
  return taskDefinition;
}

/** A revision to register: of which definition, and what the run needs it for. */
export interface Revision {
  readonly base: TaskDefinition;
  readonly purpose: string;
}

/**
 * Registers a revision with one container's environment and secrets changed. It carries the run's name and its
 * purpose, so that a step that runs again after a kill finds it instead of registering a second one.
 */
export async function registerRevision(
  ctx: StepContext,
  client: ECSClient,
  { base, purpose }: Revision,
  change: (container: ContainerDefinition) => ContainerDefinition,
): Promise<string> {
  const tags = [
    { key: RUN_TAG, value: ctx.run },
    { key: PURPOSE_TAG, value: purpose },
  ];
  const existing = await revisionWith(tags, client, base.family!);
  if (existing) return existing;
  const { taskDefinition } = await client.send(
    new RegisterTaskDefinitionCommand({
      ...registrable(base),
      containerDefinitions: base.containerDefinitions?.map(change),
      tags,
    } as RegisterTaskDefinitionCommandInput),
  );
  return taskDefinition!.taskDefinitionArn!;
}

/** The family's latest revision, if it carries these tags. */
async function revisionWith(
  tags: readonly Tag[],
  client: ECSClient,
  family: string,
): Promise<string | undefined> {
  const latest = await client.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: family, include: ["TAGS"] }),
  );
  const mine = tags.every((tag) =>
    latest.tags?.some(({ key, value }) => key === tag.key && value === tag.value),
  );
  return mine ? latest.taskDefinition?.taskDefinitionArn : undefined;
}

/** What describing a task definition adds and registering one refuses. */
const DESCRIBED_ONLY = [
  "taskDefinitionArn",
  "revision",
  "status",
  "requiresAttributes",
  "compatibilities",
  "registeredAt",
  "registeredBy",
  "deregisteredAt",
];

function registrable(definition: TaskDefinition): Partial<TaskDefinition> {
  const entries = Object.entries(definition).filter(([key]) => !DESCRIBED_ONLY.includes(key));
  return Object.fromEntries(entries);
}

function deploymentFailed(name: ServiceName, reason: string | undefined) {
  return failure(
    "deployment-failed",
    `The deployment of service ${name.service} failed: ${reason ?? "ECS gives no reason"}.`,
    "",
    "Look at the stopped tasks' logs; `godwit resume RUN` deploys again.",
  );
}
