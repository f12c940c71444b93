import type { Whole } from "../shared/whole.ts";

/** What the parts of one web application have in common. */
export interface WebWhole extends Whole {
  /** Application; starts every name in the cloud but those of the buckets. */
  readonly app: string;
  readonly region: string;
  /** Whether what holds data, or leads to it, is protected from deletion. */
  readonly protect: boolean;
}

/** Name of the machine, its role, the distribution and the database. */
export function webNameOf({ app }: Pick<WebWhole, "app">): string {
  return `${app}-web`;
}
