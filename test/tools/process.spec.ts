import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { run } from "../../tools/support/process.mjs";
import { Checkout } from "./checkout.ts";

describe("running a program", () => {
  let checkout: Checkout;

  beforeEach(() => (checkout = new Checkout()));
  afterEach(() => checkout.remove());

  it("keeps its output and tells failure from success", async () => {
    const bad = checkout.program("bad", "echo out; echo err >&2; exit 3");
    expect(await run(bad, [])).to.deep.include({ ok: false, timedOut: false });
    expect((await run(bad, [])).output)
      .to.have.string("out")
      .and.have.string("err");
    expect(await run(checkout.program("good", "exit 0"), [])).to.deep.include({ ok: true });
  });

  it("says so when the program does not exist", async () => {
    const outcome = await run(join(checkout.root, "nothing"), []);
    expect(outcome.ok).to.equal(false);
    expect(outcome.output).to.contain("ENOENT");
  });

  it("kills it with its children at the deadline", async () => {
    const pidFile = join(checkout.root, "pid");
    const slow = checkout.program("slow", `/bin/sleep 60 & echo $! > ${pidFile}; wait`);
    const outcome = await run(slow, [], { deadlineMs: 300 });
    expect(outcome).to.deep.include({ ok: false, timedOut: true });
    expect(isRunning(Number(readFileSync(pidFile, "utf8")))).to.equal(false);
  });
});

/** A killed orphan stays a zombie until its new parent looks: that is not running. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
