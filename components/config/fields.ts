import { z } from "zod";

/*
 * Building blocks of the settings' schemas. Every field carries a right example in its metadata, so that an error can
 * show one; `exampleOf` in `describe.ts` composes the examples of whole objects from them.
 */

/** Text of a certain form; `form` completes the sentence "must be …". */
export function text(pattern: RegExp, form: string, example: string) {
  return z.string().regex(pattern, `must be ${form}`).meta({ example });
}

/** Any text that is not empty. */
export function words(example: string) {
  return z.string().min(1, "must not be empty").meta({ example });
}

/** Whole number between two bounds, both allowed. */
export function whole(min: number, max: number, example: number) {
  const form = `must be a whole number from ${min} to ${max}`;
  return z.int(form).min(min, form).max(max, form).meta({ example });
}

export function percent(example: number) {
  const form = "must be from 0 to 100";
  return z.number().min(0, form).max(100, form).meta({ example });
}

export function amount(example: number) {
  return z.number().min(0, "must not be negative").meta({ example });
}

export function choice<const T extends readonly [string, ...string[]]>(
  values: T,
  example: T[number],
) {
  return z.enum(values).meta({ example });
}

/** A number that stands alone under its key: Pulumi hands it over as text. */
export function fromText<T extends z.ZodType>(schema: T) {
  return z.preprocess(
    (value) => (typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value),
    schema,
  );
}

/** Object in which exactly one of the named alternatives is given: `{ existing: … }` or `{ create: … }`. */
export function oneOf<A extends Record<string, z.ZodType>>(alternatives: A) {
  const names = Object.keys(alternatives);
  const optional = Object.fromEntries(
    Object.entries(alternatives).map(([name, schema]) => [name, schema.optional()]),
  );
  const schema = exactlyOne(z.strictObject(optional), names);
  return schema as unknown as z.ZodType<OneOf<A>>;
}

/** The union that `oneOf` parses to: each alternative alone. */
export type OneOf<A extends Record<string, z.ZodType>> = {
  [K in keyof A]: { [N in K]: z.output<A[N]> } & { [N in Exclude<keyof A, K>]?: never };
}[keyof A];

/** The object, refused unless exactly one of the named fields is given. The first one is shown as the example. */
export function exactlyOne<T extends z.ZodObject>(schema: T, names: readonly string[]) {
  const quoted = names.map((name) => `\`${name}\``);
  const given = (value: object) =>
    names.filter((name) => (value as Record<string, unknown>)[name] !== undefined).length;
  return schema
    .refine((value) => given(value) <= 1, {
      when: isObject,
      message: `has both ${quoted.join(" and ")}; keep one`,
    })
    .refine((value) => given(value) >= 1, {
      when: isObject,
      message: `needs either ${quoted.join(" or ")}`,
    })
    .meta({ alternatives: names });
}

// Also when a part is wrong, so that all errors of an object are told at once.
function isObject({ value }: { value: unknown }): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
