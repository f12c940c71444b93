// npm test: set-up, types, lint and format, then the tests; further arguments go to mocha. All of them run in two lanes
// side by side; specs that are named run in one process, which prints as it goes.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireNode } from "./setup/node.mjs";

requireNode();
const { setUp } = await import("./setup.mjs");
const { runInForeground } = await import("./support/process.mjs");
const { specLanes } = await import("./tests/groups.mjs");
const { runSideBySide, summaryOf } = await import("./tests/side-by-side.mjs");

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
  const mocha = [join(root, "node_modules", "mocha", "bin", "mocha.js"), ...args];
  const namesSpecs = args.some((arg) => /\.spec\.ts$|^test\//.test(arg));
  return namesSpecs ? runInForeground(process.execPath, mocha, { cwd: root }) : testAll(mocha);
}

/** @param {string[]} mocha */
async function testAll(mocha) {
  const color = process.stdout.isTTY ? ["--color"] : [];
  const lanes = specLanes(root).map((groups) =>
    groups.map(({ name, specs }) => ({ name, args: [...mocha, ...color, ...specs] })),
  );
  const counts = await runSideBySide(lanes, { cwd: root, say: console.log });
  console.log(summaryOf(counts));
  return counts.failed > 0 ? 1 : 0;
}
