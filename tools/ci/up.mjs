// node tools/ci/up.mjs STACK: brings a stack to its settings. Ends as `godwit up` does: with 4 while a run moves the stack.
import { fileURLToPath } from "node:url";
import { runInForeground } from "../support/process.mjs";
import { targetOf } from "./target.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const [stack = ""] = process.argv.slice(2);
if (!process.env["GODWIT_DATABASE_URL"])
  console.log(
    "::warning::GODWIT_DATABASE_URL is not set: nobody has looked whether a run moves this stack.",
  );
const args = ["bin/godwit.mjs", "up", targetOf(stack), "--stack", stack];
process.exitCode = await runInForeground(process.execPath, args, { cwd: ROOT });
