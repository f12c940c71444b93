import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument, Scalar, type Document } from "yaml";
import { usageError } from "../errors.ts";

/**
 * Plain settings of a stack, as they stand in `Pulumi.<stack>.yaml`: objects as JSON text, as Pulumi passes
 * them to a program. Secret values are left out: this reader cannot decrypt them.
 */
export function readSettings(workDir: string, stack: string): Record<string, string> {
  const config = load(workDir, stack).toJS() as { config?: Record<string, unknown> } | null;
  const entries = Object.entries(config?.config ?? {}).filter(([, value]) => !isSecret(value));
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

/** Writes plain settings, keeping comments and order; `undefined` removes one. Atomic: a kill leaves the old or the new file. */
export function writeSettings(
  workDir: string,
  stack: string,
  changes: Readonly<Record<string, string | undefined>>,
): void {
  const document = load(workDir, stack);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) document.deleteIn(["config", key]);
    else document.setIn(["config", key], scalar(value));
  }
  const path = settingsPath(workDir, stack);
  writeFileSync(`${path}.new`, document.toString());
  renameSync(`${path}.new`, path);
}

/** The engine's own YAML reader takes a bare date for a time, and writes it in another form. */
function scalar(text: string): Scalar {
  const node = new Scalar(text);
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) node.type = Scalar.QUOTE_DOUBLE;
  return node;
}

export function settingsPath(workDir: string, stack: string): string {
  return join(workDir, `Pulumi.${stack}.yaml`);
}

function load(workDir: string, stack: string): Document {
  const path = settingsPath(workDir, stack);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw usageError(
      "no-stack-settings",
      `There is no ${path}.`,
      `Copy Pulumi.staging.yaml to it and set your values, or name another stack with --stack.`,
    );
  }
  const document = parseDocument(text);
  const error = document.errors[0];
  if (!error) return document;
  throw usageError(
    "bad-stack-settings",
    `${path} is not valid YAML: ${error.message}`,
    "Mend the file.",
  );
}

function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}
