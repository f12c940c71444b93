import { z } from "zod";

type Path = readonly PropertyKey[];

/** A right example for the setting at `path`, or for the nearest setting above it that has one. */
export function exampleAt(schema: z.ZodType, path: Path): unknown {
  const found = schemaAt(schema, path);
  const example = found && exampleOf(found);
  if (example !== undefined || path.length === 0) return example;
  return exampleAt(schema, path.slice(0, -1));
}

/** The names that are allowed at `path`, in the schema's order. */
export function knownNames(schema: z.ZodType, path: Path): string[] {
  const found = schemaAt(schema, path);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

function schemaAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  const core = unwrap(schema);
  const [head, ...rest] = path;
  if (head === undefined) return core;
  const next = childOf(core, head);
  return next && schemaAt(next, rest);
}

function childOf(schema: z.ZodType, name: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[String(name)] as z.ZodType | undefined;
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
  return undefined;
}

/** What a setting is described by: without what makes it optional or fills it in. */
export function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return unwrap(schema.unwrap() as z.ZodType);
  }
  // Only `z.preprocess` makes pipes here: what comes out is what a setting is described by.
  if (schema instanceof z.ZodPipe) return unwrap(schema.out as z.ZodType);
  return schema;
}

function exampleOf(schema: z.ZodType): unknown {
  const core = unwrap(schema);
  const meta = core.meta();
  if (meta?.["example"] !== undefined) return meta["example"];
  if (core instanceof z.ZodArray) return [exampleOf(core.element as z.ZodType)];
  if (core instanceof z.ZodBoolean) return true;
  if (core instanceof z.ZodObject) return exampleOfObject(core, meta?.["alternatives"]);
  return undefined;
}

/** What must be given; of alternatives the first one. */
function exampleOfObject(schema: z.ZodObject, alternatives: unknown): Record<string, unknown> {
  const fields = Object.entries(schema.shape) as [string, z.ZodType][];
  const needed = Array.isArray(alternatives)
    ? fields.filter(([name]) => name === alternatives[0])
    : fields.filter(([, field]) => !field.safeParse(undefined).success);
  return Object.fromEntries(needed.map(([name, field]) => [name, exampleOf(field)]));
}
