import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ATTESTATIONS, readAttestations } from "../../automation/attestations.ts";
import { GodwitError } from "../../automation/errors.ts";

describe("the file of attestations", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "godwit-attestations-"));
    mkdirSync(join(dir, "policy"));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  function read(text: string) {
    writeFileSync(join(dir, ATTESTATIONS), text);
    return readAttestations(dir, ["baa", "mfa"]);
  }

  it("need not be there", () => {
    expect(readAttestations(dir, ["baa"])).to.deep.equal([]);
  });

  it("says who did what, and when", () => {
    const text = "- { item: baa, of: AWS, owner: ada, date: 2026-10-01 }\n# - {}\n";
    expect(read(text)).to.deep.equal([
      { item: "baa", of: "AWS", owner: "ada", date: "2026-10-01" },
    ]);
    expect(read("# none yet\n")).to.deep.equal([]);
  });

  const wrong: [string, string, string][] = [
    ["an unknown item", "- { item: bba, owner: ada, date: 2026-10-01 }", "0.item"],
    ["no owner", "- { item: baa, date: 2026-10-01 }", "0.owner"],
    ["no day", "- { item: baa, owner: ada, date: last year }", "must be a day"],
    ["a key mistyped", "- { item: baa, owner: ada, date: 2026-10-01, prof: x }", "prof"],
    ["no YAML", "- { item: baa", "is wrong"],
  ];
  for (const [what, text, sentence] of wrong) {
    it(`is refused with ${what}`, () => {
      expect(() => read(text))
        .to.throw(GodwitError, sentence)
        .with.property("exitCode", 2);
    });
  }
});
