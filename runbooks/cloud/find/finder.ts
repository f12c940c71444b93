import type { PendingCreate } from "../../../automation/stack/repair.ts";

export type Inputs = PendingCreate["inputs"];
export type Env = Readonly<Record<string, string>>;

/** Asks the cloud for the id of what was to be created with these inputs; undefined: it was not. */
export type Finder = (inputs: Inputs, env: Env) => Promise<string | undefined>;

/** A tag as the services write it: some say `Key`, some `TagKey`. */
export type TagPair = readonly [key: string | undefined, value: string | undefined];

/** Whether a resource with these tags carries all that the inputs give it; what merely looks alike is left alone. */
export function carriesTags(tags: readonly TagPair[], inputs: Inputs): boolean {
  const carried = new Map(tags);
  return Object.entries(tagsIn(inputs)).every(([key, value]) => carried.get(key) === value);
}

/** The tags among the inputs. */
export function tagsIn(inputs: Inputs): Readonly<Record<string, string>> {
  return (inputs["tags"] ?? {}) as Record<string, string>;
}
