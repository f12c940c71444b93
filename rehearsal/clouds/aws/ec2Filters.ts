import { AwsError } from "../world.ts";

/** One of the `Filter.n` of a request. */
export interface Filter {
  readonly Name: string;
  readonly Value?: readonly string[];
}

/** What a resource can be filtered by, beside its tags. */
export type Filterable = Readonly<Record<string, string>>;

/**
 * Whether a resource passes all filters: each names one of the values that it takes, without wildcards. Throws
 * `InvalidParameterValue` for a filter that there is not.
 */
export function passes(
  filters: readonly Filter[] = [],
  values: Filterable,
  tags: Readonly<Record<string, string>>,
): boolean {
  return filters.every(({ Name, Value = [] }) => {
    const value = Name.startsWith("tag:") ? tags[Name.slice("tag:".length)] : known(values, Name);
    return value !== undefined && Value.includes(value);
  });
}

function known(values: Filterable, name: string): string {
  const value = values[name];
  if (value !== undefined) return value;
  throw new AwsError("InvalidParameterValue", `The filter '${name}' is invalid`);
}

/** Tags as EC2 writes them. */
export function tagSet(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
