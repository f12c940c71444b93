import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {import("../find.mjs").FoundTool} FoundTool */
/** @typedef {FoundTool & { size: number, mtimeMs: number }} RecordedTool */

/**
 * Where set-up keeps what it installs and finds.
 * @param {string} root
 */
export function toolsFolder(root) {
  return join(root, ".godwit", "tools");
}

/**
 * A tool found earlier, unless its file has changed since: a start need not run it again to know it.
 * @param {string} root
 * @param {string} name
 * @returns {FoundTool | undefined}
 */
export function recalled(root, name) {
  const tool = read(root)[name];
  if (!tool) return undefined;
  const { size, mtimeMs, ...found } = tool;
  const file = statSync(tool.path, { throwIfNoEntry: false });
  return file && file.size === size && file.mtimeMs === mtimeMs ? found : undefined;
}

/**
 * Writes a found tool to `tools.json`.
 * @param {string} root
 * @param {string} name
 * @param {FoundTool} found
 */
export function remember(root, name, found) {
  const { size, mtimeMs } = statSync(found.path);
  const tools = { ...read(root), [name]: { ...found, size, mtimeMs } };
  mkdirSync(toolsFolder(root), { recursive: true });
  const partial = `${recordFile(root)}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(tools, undefined, 2)}\n`);
  renameSync(partial, recordFile(root));
}

/** @param {string} root */
function recordFile(root) {
  return join(toolsFolder(root), "tools.json");
}

/**
 * @param {string} root
 * @returns {Record<string, RecordedTool>}
 */
function read(root) {
  try {
    return JSON.parse(readFileSync(recordFile(root), "utf8"));
  } catch {
    return {}; // Absent or unreadable: everything is looked for again.
  }
}
