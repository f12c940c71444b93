import type * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** What the parts of one asset CDN have in common. */
export interface CdnWhole {
  /** Name of the component; starts every part's name. */
  readonly name: string;
  /** The component itself. */
  readonly parent: pulumi.Resource;
  /** Application whose files it serves; starts every name in the cloud but those of the buckets. */
  readonly app: string;
  /** Region of the buckets and of the application. */
  readonly region: string;
  readonly tags: Tags;
  /** Whether what holds files, or leads to them, is protected from deletion. */
  readonly protect: boolean;
}

/** Name of the distribution's policies, log source and dashboard. */
export function cdnNameOf({ app }: Pick<CdnWhole, "app">): string {
  return `${app}-cdn`;
}
