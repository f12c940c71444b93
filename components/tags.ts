import type { DataClass } from "./config.ts";

export type Tags = Record<string, string>;

/** Whose a resource is. */
export interface Ownership {
  /** Application that the resource belongs to. */
  readonly app: string;
  /** Stack that manages it: `staging`, `prod`. */
  readonly environment: string;
  readonly dataClass: DataClass;
}

/** Tags by which costs are allocated and inventories made; every resource that can carry tags has them. */
export function ownershipTags({ app, environment, dataClass }: Ownership): Tags {
  return { application: app, environment, "managed-by": "godwit", "data-class": dataClass };
}
