import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { problemsOf } from "../config/problems.ts";
import type { Ownership } from "../tags.ts";
import { hetznerContradictions } from "./contradictions.ts";
import { hetznerSchema } from "./settings.ts";
import type { HetznerSettings } from "./settings.ts";
import type { TaskDefinition } from "./manifests/taskDefinition.ts";

/** Arguments of `HetznerCluster`: the settings with whose it is. */
export interface HetznerArgs extends Ownership, Omit<HetznerSettings, "usage" | "workloads"> {
  /**
   * Whether deletion is made hard: what holds data, or leads to it, is protected here and at Hetzner.
   *
   * @default false
   */
  readonly production?: boolean;

  /** What runs in the cluster, each from its ECS task definition. */
  readonly workloads: readonly ClusterWorkload[];

  /** Token of Hetzner's API, for the cluster's own controllers: volumes and nodes. */
  readonly hcloudToken: pulumi.Input<string>;
}

export interface ClusterWorkload {
  /** @example "api" */
  readonly name: string;
  readonly taskDefinition: TaskDefinition;
  /** @example 2 */
  readonly replicas: number;
  /**
   * Name under which the world reaches it.
   *
   * @default none: only the cluster does
   * @example "api.acme.example"
   */
  readonly host?: string | undefined;
}

/**
 * Refuses, before anything is declared, what the clouds would refuse half-way.
 *
 * @throws Error with everything that is wrong, a line each
 */
export function checkArgs(args: HetznerArgs): void {
  const { app: _, environment, dataClass, production, hcloudToken, workloads, ...own } = args;
  const hetzner = { ...own, workloads: [...workloads] };
  const schema = z.object({ hetzner: hetznerSchema });
  const issues = schema.safeParse({ hetzner }).error?.issues ?? [];
  const problems = [
    ...problemsOf(schema, issues, { hetzner }),
    ...hetznerContradictions({ hetzner, ...(production !== undefined && { production }) }),
  ];
  if (problems.length === 0) return;
  const lines = problems.map(
    ({ key, wrong }) => `\`${key.replace("godwit:hetzner.", "")}\` ${wrong}.`,
  );
  throw new Error(lines.join("\n"));
}
