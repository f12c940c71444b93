import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { downAll, start } from "../../rehearsal/index.ts";
import { openTestStack } from "./testStack.ts";
import program from "../../index.ts";
const home = mkdtempSync(join(tmpdir(), "godwit-twin-"));
const twin = await start({ home, world: "redis-encryption", scale: "tiny", seed: 1, faults: [], traffic: process.argv[2] === "traffic" });
try {
  const stack = await openTestStack(twin, "rehearsal", program as never);
  console.time("up");
  let r = await stack.up({ onOutput: process.argv[3] ? console.log : undefined });
  console.timeEnd("up");
  console.log(JSON.stringify(r.outputs["mover"]?.value), r.summary.resourceChanges);
  console.log((await stack.preview()).changeSummary);
  await stack.setConfig("godwit:mode", { value: "live" });
  console.time("live");
  r = await stack.up();
  console.timeEnd("live");
  console.log(r.summary.resourceChanges, r.outputs["primary"]?.value);
  console.log((await stack.preview()).changeSummary);
  await new Promise((f) => setTimeout(f, 2000));
  console.log(readFileSync(join(twin.dir, "acme-mover.log"), "utf8"));
  console.time("destroy");
  console.log((await stack.destroy()).summary.resourceChanges);
  console.timeEnd("destroy");
} catch (e) { console.log(e); } finally { await downAll(home); }
process.exit();
