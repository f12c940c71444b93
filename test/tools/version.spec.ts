import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { atLeast } from "../../tools/support/version.mjs";

const NODE_CHECK = new URL("../../tools/setup/node.mjs", import.meta.url).href;

describe("versions", () => {
  const cases: [string, string, boolean][] = [
    ["20.19.0", "20.19.0", true],
    ["20.9.0", "20.19.0", false],
    ["24.0.0", "20.19.0", true],
    ["v3.255.0", "3.200.0", true],
    ["3.200.0-alpha.1", "3.200.0", true],
    ["6.0.16", "6.2.0", false],
    ["7", "6.2.0", true],
    ["6", "6.2.0", false],
  ];
  for (const [version, minimum, expected] of cases) {
    it(`${version} is ${expected ? "" : "not "}at least ${minimum}`, () => {
      expect(atLeast(version, minimum)).to.equal(expected);
    });
  }

  it("a Node that is too old ends with one sentence", () => {
    const script = `
      Object.defineProperty(process, "versions", { value: { node: "18.20.4" } });
      const { requireNode } = await import(${JSON.stringify(NODE_CHECK)});
      requireNode();
      console.log("went on");`;
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
    });
    expect(child.status).to.equal(1);
    expect(child.stdout).to.equal("");
    expect(child.stderr.trim()).to.match(
      /^godwit needs Node 20\.19\.0 or later, and this is 18\.20\.4: [^\n]+$/,
    );
  });
});
