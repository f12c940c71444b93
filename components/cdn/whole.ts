import type { Whole } from "../shared/whole.ts";

/** What the parts of one asset CDN have in common. */
export interface CdnWhole extends Whole {
  /** Application whose files it serves; starts every name in the cloud but those of the buckets. */
  readonly app: string;
  /** Region of the buckets and of the application. */
  readonly region: string;
  /** Whether what holds files, or leads to them, is protected from deletion. */
  readonly protect: boolean;
}

/** Name of the distribution's policies, log source and dashboard. */
export function cdnNameOf({ app }: Pick<CdnWhole, "app">): string {
  return `${app}-cdn`;
}
