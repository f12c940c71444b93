import type * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** What the parts of one component have in common. */
export interface Whole {
  /** Name of the component; starts every part's name. */
  readonly name: string;
  /** The component itself. */
  readonly parent: pulumi.Resource;
  readonly tags: Tags;
}
