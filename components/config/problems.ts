import type { z } from "zod";
import { exampleAt, knownNames } from "./describe.ts";
import { nearest } from "./nearest.ts";
import { holdsSecret } from "./secrets.ts";

/** One thing that is wrong with the settings of a stack. */
export interface Problem {
  /** Full name of the setting: `godwit:redis.network.subnetGroup`. */
  readonly key: string;
  /** Completes a sentence that starts with the key. */
  readonly wrong: string;
  /** A right value for the key, or the command that sets it. */
  readonly example?: string;
}

type Issue = z.core.$ZodIssue;

/** Turns the schema library's findings into problems in our words, each with a right example. */
export function problemsOf(
  schema: z.ZodType,
  issues: readonly Issue[],
  settings: unknown,
): Problem[] {
  return issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? unknownNames(schema, issue)
      : [problemOf(schema, issue, settings)],
  );
}

export function keyOf(path: readonly PropertyKey[]): string {
  const [head, ...rest] = path;
  const tail = rest.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`));
  return `godwit:${String(head)}${tail.join("")}`;
}

function problemOf(schema: z.ZodType, issue: Issue, settings: unknown): Problem {
  const value = valueAt(settings, issue.path);
  const key = keyOf(issue.path);
  const example = exampleAt(schema, issue.path);
  return {
    key,
    wrong: value === undefined ? "is missing" : sentence(issue, key, value),
    ...(example !== undefined && { example: show(example) }),
  };
}

function sentence(issue: Issue, key: string, value: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      // A message of the schema's own says more than the type does.
      if (issue.message.startsWith("must")) return `${issue.message}${butIs(key, value)}`;
      return `must be ${article(issue.expected)}${butIs(key, value)}`;
    case "invalid_value": {
      const meant = typeof value === "string" && nearest(value, issue.values.map(String));
      const question = meant ? `; did you mean ${meant}?` : "";
      return `must be one of ${issue.values.map(String).join(", ")}${butIs(key, value)}${question}`;
    }
    case "custom":
      return issue.message;
    default:
      return `${issue.message}${butIs(key, value)}`;
  }
}

function unknownNames(schema: z.ZodType, issue: Issue & { code: "unrecognized_keys" }): Problem[] {
  const known = knownNames(schema, issue.path);
  return issue.keys.map((name) => {
    const meant = nearest(name, known);
    const hint = meant
      ? `did you mean ${meant}?`
      : `known here: ${known.join(", ")}; docs/settings.md has all`;
    return {
      key: keyOf([...issue.path, name]),
      wrong: `is not a setting; ${hint}`,
      ...(meant && { example: `${meant}: ${show(exampleAt(schema, [...issue.path, meant]))}` }),
    };
  });
}

function butIs(key: string, value: unknown): string {
  if (holdsSecret(key, value)) return "; its value is not shown here";
  const shown = show(value);
  return shown.length <= 60 ? `, but is ${shown}` : "";
}

function article(expected: string): string {
  const nouns: Record<string, string> = {
    object: "a map of settings",
    array: "a list",
    string: "text",
    boolean: "true or false",
    record: "a map",
  };
  return nouns[expected] ?? `a ${expected}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (found, part) => (found as Record<PropertyKey, unknown> | null | undefined)?.[part],
    value,
  );
}

/** As it would be written in a stack's YAML file, on one line. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(([name, field]) => `${name}: ${show(field)}`);
    return fields.length > 0 ? `{ ${fields.join(", ")} }` : "{}";
  }
  return typeof value === "string" && /^[\d.]*$|^(true|false|null)$|^[&*!#%@`{["'|>]|: /.test(value)
    ? JSON.stringify(value)
    : String(value);
}
