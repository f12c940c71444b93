import type { ContainerDefinition, Service } from "@aws-sdk/client-ecs";
import { failure } from "../../automation/errors.ts";
import type { Facts, StepContext } from "../../automation/step.ts";
import {
  describeService,
  describeTaskDefinition,
  ecsClient,
  isSettled,
  registerRevision,
  setService,
} from "../cloud/ecs.ts";
import type { Application, Bundle } from "./application.ts";

interface EcsSettings {
  readonly cluster: string;
  readonly service: string;
  readonly container: string;
}

/**
 * An ECS service. It belongs to the application's own deployment, not to this stack: the runbook registers a
 * revision of the task definition it finds, as that deployment would, and keeps the old one for the way back.
 */
export function ecsApplication(ctx: StepContext, settings: EcsSettings): Application {
  const client = ecsClient(ctx);
  const name = { cluster: settings.cluster, service: settings.service };
  return {
    check: async () => {
      const service = await describeService(client, name);
      const definition = await describeTaskDefinition(client, service.taskDefinition!);
      const containers = definition.containerDefinitions?.map((container) => container.name) ?? [];
      if (!containers.includes(settings.container)) throw noContainer(settings, containers);
    },
    remember: async () => {
      const { taskDefinition, desiredCount } = await describeService(client, name);
      return { taskDefinition: taskDefinition!, desiredCount: desiredCount! };
    },
    stop: async () => {
      await setService(ctx, client, name, { desiredCount: 0 });
    },
    deploy: async (bundle, remembered, purpose) => {
      const was = remembered as unknown as Remembered;
      const desiredCount = tasksOf(await describeService(client, name), was);
      const base = await describeTaskDefinition(client, was.taskDefinition);
      const revision = await registerRevision(ctx, client, { base, purpose }, (container) =>
        container.name === settings.container ? withBundle(container, bundle) : container,
      );
      await setService(ctx, client, name, { taskDefinition: revision, desiredCount });
      return { taskDefinition: revision, desiredCount };
    },
    restore: async (remembered) => {
      const was = remembered as unknown as Remembered;
      const { taskDefinition } = was;
      const service = await describeService(client, name);
      const desiredCount = tasksOf(service, was);
      if (isSettled(service, { taskDefinition, desiredCount })) return;
      await setService(ctx, client, name, { taskDefinition, desiredCount });
    },
    status: async () => {
      const service = await describeService(client, name);
      const primary = service.deployments?.find((deployment) => deployment.status === "PRIMARY");
      return {
        healthy:
          service.runningCount === service.desiredCount && primary?.rolloutState === "COMPLETED",
        proof: `service ${name.service}: ${service.runningCount} of ${service.desiredCount} tasks running, deployment ${primary?.rolloutState ?? "unknown"}`,
      };
    },
  };
}

type Remembered = Facts & { taskDefinition: string; desiredCount: number };

/** A service that runs keeps as many tasks as it has now: its scaling may have changed them since. */
function tasksOf({ desiredCount }: Service, remembered: Remembered): number {
  return desiredCount || remembered.desiredCount;
}

/** The container with the bundle's variables in place of whatever it had under those names. */
function withBundle(container: ContainerDefinition, bundle: Bundle): ContainerDefinition {
  const names = new Set([...Object.keys(bundle.environment), ...Object.keys(bundle.secrets)]);
  const others = <T extends { name?: string | undefined }>(list: readonly T[] | undefined) =>
    (list ?? []).filter(({ name }) => !names.has(name ?? ""));
  return {
    ...container,
    environment: [
      ...others(container.environment),
      ...Object.entries(bundle.environment).map(([name, value]) => ({ name, value })),
    ],
    secrets: [
      ...others(container.secrets),
      ...Object.entries(bundle.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
    ],
  };
}

function noContainer(settings: EcsSettings, containers: readonly (string | undefined)[]) {
  return failure(
    "no-container",
    `The task definition of service ${settings.service} has no container ${settings.container}; it has ${containers.join(", ")}.`,
    "Nothing was changed.",
    "Correct `godwit:application.ecs.container` in the stack's settings.",
  );
}
