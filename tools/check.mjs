// npm run check: types, lint and format side by side; what each has to say is printed when it ends.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./support/process.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const cache = join(root, "node_modules", ".cache", "godwit");

/** @type {[string, string[]][]} */
const CHECKS = [
  ["types", ["typescript/bin/tsc", "-p", ".", ...incremental("project")]],
  ["types of tools", ["typescript/bin/tsc", "-p", "tools", ...incremental("tools")]],
  ["lint", ["eslint/bin/eslint.js", ".", "--max-warnings", "0", ...lintCache()]],
  [
    "format",
    ["prettier/bin/prettier.cjs", "--check", ".", "--log-level", "warn", ...formatCache()],
  ],
];

const results = await Promise.all(CHECKS.map(([name, args]) => check(name, args)));
process.exitCode = results.every(Boolean) ? 0 : 1;

/**
 * @param {string} name
 * @param {string[]} args
 */
async function check(name, [program = "", ...args]) {
  const start = Date.now();
  const bin = join(root, "node_modules", program);
  const { ok, output } = await run(process.execPath, [bin, ...args], { cwd: root });
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(`${ok ? "ok" : "FAILED"}  ${name}, ${seconds} s`);
  if (!ok) console.log(output.trimEnd());
  return ok;
}

/** @param {string} name */
function incremental(name) {
  return ["--incremental", "--tsBuildInfoFile", join(cache, `${name}.tsbuildinfo`)];
}

function lintCache() {
  return ["--cache", "--cache-strategy", "content", "--cache-location", join(cache, "eslint")];
}

function formatCache() {
  return ["--cache", "--cache-strategy", "content", "--cache-location", join(cache, "prettier")];
}
