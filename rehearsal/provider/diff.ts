import type { Properties } from "../clouds/world.ts";

/** In the state: names of the inputs given, so that one that is no longer given shows as a change. */
export const INPUT_NAMES = "__inputs";

/** How the engine's protocol writes a value that is not known before an update. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Diff {
  readonly changed: readonly string[];
  readonly replaces: readonly string[];
  /** The new resource would take the old one's name: the old one has to go first. */
  readonly deleteBeforeReplace: boolean;
}

/** Inputs that name a resource in the cloud. */
const NAMES: readonly string[] = ["name", "replicationGroupId", "clusterId"];

/** Which inputs differ from the state, and which of them make a new resource. */
export function diffOf(state: Properties, inputs: Properties, replaceOn: readonly string[]): Diff {
  const before = (state[INPUT_NAMES] as readonly string[] | undefined) ?? [];
  const removed = before.filter((name) => !(name in inputs));
  const different = Object.keys(inputs).filter((name) => !same(name, state[name], inputs[name]));
  const changed = [...different, ...removed];
  const replaces = changed.filter((name) => replaceOn.includes(name));
  const keepsName = NAMES.some((name) => name in inputs && !changed.includes(name));
  return { changed, replaces, deleteBeforeReplace: replaces.length > 0 && keepsName };
}

function same(name: string, before: unknown, after: unknown): boolean {
  return normal(name, before) === normal(name, after);
}

/** Lists of identifiers are sets to the provider; scalars are compared as text, as it does. */
function normal(name: string, value: unknown): string {
  if (Array.isArray(value) && /(Ids|Arns|Names)$/.test(name)) {
    return JSON.stringify(value.map(String).sort());
  }
  if (typeof value === "object" && value !== null) return JSON.stringify(sorted(value));
  return String(value);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

/** The inputs whose values are known already. */
export function knownOnly(inputs: Properties): Properties {
  const known = Object.entries(inputs).filter(
    ([, value]) => !JSON.stringify(value ?? null).includes(UNKNOWN),
  );
  return Object.fromEntries(known);
}
