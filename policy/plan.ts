/** A planned resource, as a preview tells of it. */
export interface Resource {
  readonly urn: string;
  /** Pulumi's type: `aws:s3/bucket:Bucket`. */
  readonly type: string;
  readonly name: string;
  /** The cloud's own id, where the resource exists already. */
  readonly id?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Stands for a value that only the update will tell, or that is secret. */
export const UNKNOWN = Symbol("known after the update");
export type Unknown = typeof UNKNOWN;

/** How previews write such a value: ours, and the engine's own, one for each kind. */
const MARKS: readonly unknown[] = [
  "[known after the update]",
  "[secret]",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // truth value
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9", // text
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // list
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
];

/** The input at `path` (`rootBlockDevice.encrypted`); undefined if there is none. */
export function input(resource: Pick<Resource, "inputs">, path: string): unknown {
  let value: unknown = resource.inputs;
  for (const part of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[part];
    if (MARKS.includes(value)) return UNKNOWN;
  }
  return value;
}

/** Whether the input is given at all; one that is not known yet is. */
export function isGiven(resource: Pick<Resource, "inputs">, path: string): boolean {
  const value = input(resource, path);
  return !(value === undefined || value === null || value === "");
}

/** A list of objects or texts, empty where there is none. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

/** The texts in a list; UNKNOWN if one of them is not known. */
export function textsOf(value: unknown): readonly string[] | Unknown {
  const list = listOf(value);
  if (list.some((item) => item === UNKNOWN || MARKS.includes(item))) return UNKNOWN;
  return list.map(String);
}

/** Whether it exists in a cloud, and not only in the state. */
export function isInCloud({ type }: Pick<Resource, "type">): boolean {
  return !/^(pulumi|godwit|random):/.test(type);
}

/** Whether a component of that type is among those that the resource is part of. */
export function isWithin(resource: Resource, component: string): boolean {
  return resource.urn.split("::")[2]?.split("$").slice(0, -1).includes(component) ?? false;
}

/** Everything that a stack declares, and what belongs to what. */
export class Plan {
  readonly resources: readonly Resource[];

  constructor(resources: readonly Resource[]) {
    this.resources = resources;
  }

  of(...types: readonly string[]): Resource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /**
   * The resources of `type` whose input `by` names `owner`. UNKNOWN if none does, but what some of them name is known
   * only after the update.
   */
  beside(owner: Resource, type: string, by: string): readonly Resource[] | Unknown {
    const links = this.of(type).map((resource) => ({ resource, to: input(resource, by) }));
    const found = links.filter(({ to }) => typeof to === "string" && names(to, owner));
    if (found.length > 0) return found.map(({ resource }) => resource);
    return links.some(({ to }) => to === UNKNOWN) ? UNKNOWN : [];
  }
}

/** Inputs that are a resource's name in the cloud. */
const NAME_INPUTS = ["bucket", "name", "identifier"];

function names(text: string, owner: Resource): boolean {
  const called = [owner.id, ...NAME_INPUTS.map((name) => input(owner, name))];
  return called.some(
    (name) => typeof name === "string" && name !== "" && (text === name || arnNames(text, name)),
  );
}

function arnNames(text: string, name: string): boolean {
  return text.startsWith("arn:") && text.split(/[:/]/).includes(name);
}
