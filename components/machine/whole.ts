import type * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** What the parts of a machine, or of several that are alike, have in common. */
export interface MachineWhole {
  /** Name of the component; starts every part's name. */
  readonly name: string;
  /** The component itself. */
  readonly parent: pulumi.Resource;
  /** What it is and whose, for people: "Mover of acme". */
  readonly title: string;
  /** Name of its role and profile in the cloud, fixed so that what an interrupted update left can be found again. */
  readonly cloudName: string;
  readonly tags: Tags;
}
