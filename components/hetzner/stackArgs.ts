import type { SettingsOf } from "../config.ts";
import type { HetznerArgs } from "./args.ts";
import { readTaskDefinition } from "./manifests/taskDefinition.ts";

/** The component's arguments that a stack's settings mean. */
export function hetznerArgs(
  { app, production, dataClass, hetzner }: SettingsOf<"hetzner">,
  given: Pick<HetznerArgs, "environment" | "hcloudToken">,
): HetznerArgs {
  const { usage: _, workloads, ...own } = hetzner;
  const read = workloads.map(({ taskDefinition, ...workload }) => ({
    ...workload,
    taskDefinition: readTaskDefinition(taskDefinition),
  }));
  return { ...own, ...given, app, production, dataClass, workloads: read };
}
