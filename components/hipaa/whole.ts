import type * as pulumi from "@pulumi/pulumi";
import type { Ownership, Tags } from "../tags.ts";

/** What each component of the target `hipaa` is told beside its own arguments. */
export interface HipaaOwnership extends Ownership {
  /**
   * Where it stands: a region in Canada.
   *
   * @example "ca-central-1"
   */
  readonly region: string;

  /**
   * Whether deletion is made hard.
   *
   * @default false
   */
  readonly production?: boolean;
}

/** What the parts of one component have in common. */
export interface HipaaWhole {
  /** Name of the component; starts every part's name. */
  readonly name: string;
  /** The component itself. */
  readonly parent: pulumi.Resource;
  /** Application; starts every name in the cloud. */
  readonly app: string;
  readonly region: string;
  readonly tags: Tags;
  /** Whether what holds data, or leads to it, is protected from deletion. */
  readonly protect: boolean;
}

/** Tags with the name that the console shows. */
export function named({ tags, app }: Pick<HipaaWhole, "tags" | "app">, what: string): Tags {
  return { ...tags, Name: `${app}-${what}` };
}
