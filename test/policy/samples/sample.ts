import type { Resource } from "../../../policy/plan.ts";

export type Inputs = Readonly<Record<string, unknown>>;

/** A resource as it should be with what belongs to it, and changes that each break one rule. */
export interface Sample {
  readonly type: string;
  readonly inputs: Inputs;
  readonly within?: readonly string[];
  readonly beside?: readonly Resource[];
  /** By rule: what is changed in the resource, or which type is missing or changed beside it. */
  readonly broken: Readonly<
    Record<string, Inputs | { readonly beside: Readonly<Record<string, Inputs | null>> }>
  >;
}

/** The rule is broken where what is beside it is missing. */
export const without = (type: string) => ({ beside: { [type]: null } });
/** The rule is broken where what is beside it is like this. */
export const changed = (type: string, inputs: Inputs) => ({ beside: { [type]: inputs } });
