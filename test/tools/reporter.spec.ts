import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { Checkout } from "./checkout.ts";

const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));

describe("the summary of a test run", () => {
  let checkout: Checkout;

  beforeEach(() => (checkout = new Checkout()));
  afterEach(() => checkout.remove());

  function lastLineOf(specs: string): { line: string | undefined; status: number | null } {
    const file = checkout.write("some.spec.cjs", specs);
    const args = ["node_modules/mocha/bin/mocha.js", file];
    const { stdout, status } = spawnSync(process.execPath, args, {
      cwd: CHECKOUT,
      encoding: "utf8",
    });
    return { line: stdout.trimEnd().split("\n").at(-1), status };
  }

  it("counts what passed, failed and was skipped", () => {
    const specs =
      'it("a", () => {}); it("b", () => { throw new Error("no"); }); it.skip("c", () => {});';
    expect(lastLineOf(specs)).to.deep.equal({ line: "1 passed, 1 failed, 1 skipped", status: 1 });
  });

  it("does not speak of skipped tests when there are none", () => {
    expect(lastLineOf('it("a", () => {});')).to.deep.equal({
      line: "1 passed, 0 failed",
      status: 0,
    });
  });
});
