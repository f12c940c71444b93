import { z } from "zod";
import { exampleAt, unwrap } from "./describe.ts";
import { choice } from "./fields.ts";
import { keyOf, show } from "./problems.ts";
import { settingsSchemas, targets } from "./schema.ts";
import type { Target } from "./schema.ts";
import { holdsSecret } from "./secrets.ts";

/** One setting as `docs/settings.md` lists it; each field is a cell in plain text. */
export interface SettingRow {
  readonly key: string;
  /** Targets that have it so; `all` where it is the same in each. */
  readonly targets: string;
  readonly form: string;
  /** What it is when it is left out; `required` where it must not be. */
  readonly byDefault: string;
  readonly example: string;
  /** Whether it is to be encrypted: `yes`, `by name` in a map whose names are free. */
  readonly secret: string;
}

type Row = Omit<SettingRow, "targets">;
type Path = readonly PropertyKey[];

/** Every setting under `godwit:` of every target, in the schemas' order; settings of several targets once. */
export function settingsTable(): SettingRow[] {
  const owners = new Map<string, { row: Row; targets: Target[] }>();
  for (const target of targets) {
    for (const row of rowsOf(target)) {
      const id = JSON.stringify(row);
      const entry = owners.get(id) ?? { row, targets: [] };
      owners.set(id, { row, targets: [...entry.targets, target] });
    }
  }
  return [...owners.values()].map(({ row, targets: having }) => ({
    ...row,
    targets: having.length === targets.length ? "all" : having.join(", "),
  }));
}

function rowsOf(target: Target): Row[] {
  const { target: _, ...fields } = settingsSchemas[target].shape as Record<string, z.ZodType>;
  const schema = z.object({ target: choice(targets, "redis"), ...fields });
  return rowsBelow(schema, schema, []);
}

function rowsBelow(root: z.ZodType, schema: z.ZodType, path: Path): Row[] {
  const core = unwrap(schema);
  if (core instanceof z.ZodArray) return rowsBelow(root, core.element as z.ZodType, [...path, 0]);
  if (!(core instanceof z.ZodObject)) return [];
  return Object.entries(core.shape as Record<string, z.ZodType>).flatMap(([name, field]) => {
    const inner = [...path, name];
    return [rowOf(root, field, inner), ...rowsBelow(root, field, inner)];
  });
}

function rowOf(root: z.ZodType, field: z.ZodType, path: Path): Row {
  const core = unwrap(field);
  const key = keyOf(path).replaceAll("[0]", "[]");
  return {
    key,
    form: formOf(core),
    byDefault: defaultOf(field),
    example: hasRowsBelow(core) ? "" : show(freeExample(core) ?? exampleAt(root, path)),
    secret: secretOf(key, core),
  };
}

function hasRowsBelow(core: z.ZodType): boolean {
  if (core instanceof z.ZodArray) return hasRowsBelow(unwrap(core.element as z.ZodType));
  return core instanceof z.ZodObject && core.meta()?.["alternatives"] === undefined;
}

/** Of a map whose names are free, and which has no example as a whole. */
function freeExample(core: z.ZodType): unknown {
  if (!(core instanceof z.ZodRecord) || core.meta()?.["example"] !== undefined) return undefined;
  const [name, value] = [core.keyType, core.valueType].map((part) =>
    exampleAt(part as z.ZodType, []),
  );
  return { [String(name)]: value };
}

function formOf(core: z.ZodType): string {
  if (core instanceof z.ZodEnum) return core.options.join(", ");
  if (core instanceof z.ZodLiteral) return [...core.values].join(", ");
  if (core instanceof z.ZodBoolean) return "true, false";
  if (core instanceof z.ZodRecord) return `map: ${formOf(unwrap(core.valueType as z.ZodType))}`;
  if (core instanceof z.ZodArray) return listForm(core);
  if (core instanceof z.ZodObject) return objectForm(core);
  if (core instanceof z.ZodUnknown) return "anything";
  return refusalOf(core, core instanceof z.ZodString ? "\0" : -Number.MAX_SAFE_INTEGER) ?? "text";
}

function listForm(core: z.ZodArray): string {
  const bound = refusalOf(core, []);
  const list = `list: ${formOf(unwrap(core.element as z.ZodType))}`;
  return bound === undefined ? list : `${list}; must ${bound}`;
}

function objectForm(core: z.ZodObject): string {
  const alternatives = core.meta()?.["alternatives"];
  return Array.isArray(alternatives) ? `one of ${alternatives.join(", ")}` : "map, as follows";
}

/** A schema says what it takes when it refuses something: "must be …". */
function refusalOf(core: z.ZodType, wrong: unknown): string | undefined {
  const [issue] = core.safeParse(wrong).error?.issues ?? [];
  return issue?.message.replace(/^must (not )?(be )?/, "$1").replace(/, but is .*$/s, "");
}

function defaultOf(field: z.ZodType): string {
  const { success, data } = field.safeParse(undefined);
  if (!success) return "required";
  // What stands in an object's fields has rows of its own.
  if (data === undefined || unwrap(field) instanceof z.ZodObject) return "";
  return show(data);
}

function secretOf(key: string, core: z.ZodType): string {
  if (core instanceof z.ZodRecord) return "by name";
  return holdsSecret(key, "any text") ? "yes" : "";
}
