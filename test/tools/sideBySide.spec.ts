import { join } from "node:path";
import { expect } from "chai";
import { specLanes } from "../../tools/tests/groups.mjs";
import { runSideBySide, summaryOf } from "../../tools/tests/side-by-side.mjs";
import { Checkout } from "./checkout.ts";

describe("test processes side by side", () => {
  let checkout: Checkout;
  let said: string;

  beforeEach(() => {
    checkout = new Checkout();
    said = "";
  });
  afterEach(() => checkout.remove());

  /** Runs these programs in two lanes: the first alone, the others one after the other beside it. */
  const run = (...programs: readonly string[]) => {
    const jobs = programs.map((program, index) => ({
      name: `group ${index}`,
      args: ["-e", program],
    }));
    const say = (text: string) => (said += `${text}\n`);
    return runSideBySide([jobs.slice(0, 1), jobs.slice(1)], { cwd: checkout.root, say });
  };

  const reporting = (summary: string, code = 0) =>
    `console.log("what it found");console.log("${summary}");process.exitCode=${code}`;

  it("are counted together, and what each said stands in one piece", async () => {
    const counts = await run(
      reporting("3 passed, 0 failed"),
      reporting("  2 failing\\n\\n  1) too slow\\n1 passed, 2 failed, 1 skipped", 2),
      reporting("4 passed, 0 failed, 2 skipped"),
    );
    expect(summaryOf(counts)).to.equal("8 passed, 2 failed, 3 skipped");
    expect(said).to.match(
      /── group 1, \d+ s\nwhat it found\n {2}2 failing\n\n {2}1\) too slow\n1 passed, 2 failed, 1 skipped\n/,
    );
    expect(said).to.match(/FAILED {2}group 1: 2\n {2}2 failing\n\n {2}1\) too slow\n\n$/);
  });

  const deaths: readonly (readonly [string, string])[] = [
    ["is killed", `console.log("2 passed, 0 failed");process.kill(process.pid, "SIGKILL")`],
    ["leaves in the middle, with success", "process.exit(0)"],
    ["says all passed, and ends badly", reporting("2 passed, 0 failed", 1)],
    ["says something failed, and ends well", reporting("1 passed, 1 failed", 0)],
  ];
  for (const [what, program] of deaths) {
    it(`count one more failure where one ${what}`, async () => {
      const alone = await run(program);
      expect(alone.failed).to.be.above(0);
      expect(said).to.contain("without a whole report");
    });
  }

  it("run one of each lane at once, and no more", async () => {
    const [started, third] = ["started", "third"].map((name) => join(checkout.root, name));
    const wait = (path: string) =>
      `const { existsSync } = require("node:fs");const timer = setInterval(() => existsSync(${JSON.stringify(path)}) && end(), 5);`;
    const touch = (path: string) =>
      `require("node:fs").writeFileSync(${JSON.stringify(path)}, "");`;
    const pass = `function end() { clearInterval(timer); console.log("1 passed, 0 failed") }`;
    const counts = await run(
      `${wait(started!)}${pass}`,
      `${touch(started!)}if (require("node:fs").existsSync(${JSON.stringify(third)})) process.exit(1);console.log("1 passed, 0 failed")`,
      `${touch(third!)}console.log("1 passed, 0 failed")`,
    );
    expect(counts).to.include({ passed: 3, failed: 0 });
  });

  it("hold every spec once, the long ones each alone in a lane of their own", () => {
    for (const path of ["a/one", "b/deep/two", "b/three", "integration/long", "integration/longer"])
      checkout.write(`test/${path}.spec.ts`, "");
    checkout.write("test/b/helper.ts", "");
    expect(specLanes(checkout.root)).to.deep.equal([
      [
        { name: "test/integration/long.spec.ts", specs: ["test/integration/long.spec.ts"] },
        { name: "test/integration/longer.spec.ts", specs: ["test/integration/longer.spec.ts"] },
      ],
      [
        { name: "test/a", specs: ["test/a/one.spec.ts"] },
        { name: "test/b", specs: ["test/b/deep/two.spec.ts", "test/b/three.spec.ts"] },
      ],
    ]);
  });
});
