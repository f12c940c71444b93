import type * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** What the parts of one cluster have in common. */
export interface ClusterWhole {
  /** Name of the component; starts every part's name. */
  readonly name: string;
  /** The component itself. */
  readonly parent: pulumi.Resource;
  /** Application and stack; starts every name in the cloud: `acme-production`. */
  readonly cloudName: string;
  /** Hetzner's tags. */
  readonly labels: Tags;
  /** Whether what holds data, or leads to it, is protected from deletion. */
  readonly protect: boolean;
}

/** Hetzner's ids are numbers that Pulumi carries as text. */
export function numeric(id: pulumi.Output<string>): pulumi.Output<number> {
  return id.apply(Number);
}
