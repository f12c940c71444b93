import type * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** What the parts of one mover have in common. */
export interface MoverWhole {
  /** Name of the component; starts every part's name. */
  readonly name: string;
  /** The component itself. */
  readonly parent: pulumi.Resource;
  /** Application whose data it moves; starts every name in the cloud. */
  readonly app: string;
  readonly tags: Tags;
  /** Whether a deleted secret can be had back for as long as the service allows. */
  readonly protect: boolean;
}

/** Name of the machine, its role and its profile, fixed so that what an interrupted update left can be found again. */
export function moverNameOf({ app }: Pick<MoverWhole, "app">): string {
  return `${app}-mover`;
}
