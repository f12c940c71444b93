import type * as pulumi from "@pulumi/pulumi";
import { isBefore } from "../config.ts";
import type { Stage } from "../config.ts";
import type { Tags } from "../tags.ts";

/** What the parts of one encrypted Redis have in common. */
export interface Whole {
  /** Name of the component; starts every part's name. */
  readonly name: string;
  /** The component itself. */
  readonly parent: pulumi.Resource;
  /** Application whose Redis it is; starts every name in the cloud. */
  readonly app: string;
  readonly tags: Tags;
  /** Whether a deleted key can be had back for as long as the service allows. */
  readonly production: boolean;
  /** Whether the parts that hold the data, or without which clients cannot reach and read it, are protected. */
  readonly protect: boolean;
}

/** Id of the replication group in the cloud, fixed so that what an interrupted update left can be found again. */
export function groupIdOf({ app }: Pick<Whole, "app">): string {
  return `${app}-redis-encrypted`;
}

/** Whether the group may hold what is nowhere else: behind relays it serves from stage `fence` on, else from `cutover`. */
export function mayHoldData(stage: Stage): boolean {
  return !isBefore(stage, "fence");
}
