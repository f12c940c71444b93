// npm start: set-up, then a rehearsal of the Redis move; further arguments go to it.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireNode } from "./setup/node.mjs";

requireNode();
const { setUp } = await import("./setup.mjs");
const { runInForeground } = await import("./support/process.mjs");

const root = fileURLToPath(new URL("..", import.meta.url));
await setUp(root);
const args = [
  join(root, "bin", "godwit.mjs"),
  "rehearse",
  "redis-encryption",
  ...process.argv.slice(2),
];
process.exitCode = await runInForeground(process.execPath, args, { cwd: root });
