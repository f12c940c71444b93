import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folders below `.pulumi` whose files an update reads before anything else. */
const READ_FIRST = ["stacks", "locks"];

/**
 * Removes what a killed engine left half-written in a `file://` backend. The engine replaces a state file in one
 * move, but not the `.attrs` file beside it, which only holds its content type; an empty one makes the state itself
 * unreadable ("failed to load checkpoint: EOF"). Without one the state is read as it is. Other backends write whole
 * objects and have nothing to mend.
 */
export function mendFileBackend(env: Readonly<Record<string, string>>): void {
  const folder = folderOf(env);
  if (!folder) return;
  for (const attributes of [join(folder, "meta.yaml.attrs"), ...attributesBelow(folder)]) {
    if (isTorn(attributes)) rmSync(attributes, { force: true });
  }
}

/** Whether it is sure, without asking the engine, that no stack was ever made on this backend. */
export function hasNoStacks(env: Readonly<Record<string, string>>): boolean {
  const folder = folderOf(env);
  return folder !== undefined && !existsSync(join(folder, "stacks"));
}

/** Where a `file://` backend keeps its state; undefined for other backends. */
function folderOf(env: Readonly<Record<string, string>>): string | undefined {
  const backend = env["PULUMI_BACKEND_URL"];
  return backend?.startsWith("file://") ? join(fileURLToPath(backend), ".pulumi") : undefined;
}

function attributesBelow(folder: string): string[] {
  return READ_FIRST.map((name) => join(folder, name))
    .filter(existsSync)
    .flatMap((each) => readdirSync(each, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(".attrs"))
    .map((entry) => join(entry.parentPath, entry.name));
}

function isTorn(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    JSON.parse(readFileSync(path, "utf8"));
    return false;
  } catch {
    return true;
  }
}
