// npm test: set-up, types, lint and format, then the tests; further arguments go to mocha.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireNode } from "./setup/node.mjs";

requireNode();
const { setUp } = await import("./setup.mjs");
const { runInForeground } = await import("./support/process.mjs");

const root = fileURLToPath(new URL("..", import.meta.url));
await setUp(root);
// As the command line does: Node 20 is a supported floor of ours.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
process.exitCode = (await check()) || (await test(process.argv.slice(2)));

async function check() {
  const code = await runInForeground(process.execPath, [join(root, "tools", "check.mjs")], {
    cwd: root,
  });
  // Whoever reads the last line only must not take this for a pass.
  if (code)
    console.log("\nThe tests did not run: types, lint or format have errors.\n0 passed, 1 failed");
  return code;
}

/** @param {string[]} args */
function test(args) {
  const namesSpecs = args.some((arg) => /\.spec\.ts$|^test\//.test(arg));
  const mocha = join(root, "node_modules", "mocha", "bin", "mocha.js");
  const specs = namesSpecs ? [] : ["test/**/*.spec.ts"];
  return runInForeground(process.execPath, [mocha, ...args, ...specs], { cwd: root });
}
