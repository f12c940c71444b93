import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readSettings, writeSettings } from "../../../automation/stack/settings.ts";
import type { Look } from "../../../tools/ci/looks.mjs";
import { run } from "../../../tools/support/process.mjs";
import { TargetTwin } from "../../support/targetTwin.ts";

const LOOK = new URL("../../../tools/ci/look.mjs", import.meta.url).pathname;
const STACK = "rehearsal";

describe("a pipeline's look at a stack", function () {
  this.timeout(240_000);
  const twin = new TargetTwin("cdn");
  let folder: string;
  let settings: Record<string, string>;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "godwit-looks-"));
    settings = readSettings(twin.request.environment.workDir, STACK);
    await twin.update();
  });
  afterEach(() => write(settings["godwit:cdn"]!));
  after(() => rmSync(folder, { recursive: true, force: true }));

  function write(cdn: string): void {
    writeSettings(twin.request.environment.workDir, STACK, { "godwit:cdn": cdn });
  }

  function change(more: object): void {
    write(JSON.stringify({ ...(JSON.parse(settings["godwit:cdn"]!) as object), ...more }));
  }

  async function look(...flags: string[]): Promise<{ ok: boolean; found: Look; file: string }> {
    const { env, workDir } = twin.request.environment;
    const { ok, output } = await run(process.execPath, [LOOK, STACK, folder, ...flags], {
      env: { ...env, GODWIT_PROJECT: workDir },
    });
    expect(output).not.to.contain("    at ");
    const file = readFileSync(join(folder, `${STACK}.json`), "utf8");
    return { ok, found: JSON.parse(file) as Look, file };
  }

  it("has what would change, what the policy says, and the cost before and after", async () => {
    change({ thresholds: { hitRatePercent: 50 }, usage: { storedGb: 1000 } });
    const { ok, found, file } = await look();
    expect(ok).to.equal(true);
    expect(found).to.include({ stack: STACK, target: "cdn" });
    const changes = found.preview.document!.resources.filter(({ op }) => op !== "same");
    expect(changes.map(({ op, name }) => `${op} ${name}`)).to.deep.equal([
      "update cdn-alarm-hit-rate",
    ]);
    expect(found.policy!.document!.findings).to.deep.equal([]);
    const { deployed, monthly } = found.cost!.document!;
    expect(deployed!.monthly).to.be.above(0);
    expect(monthly).to.be.above(deployed!.monthly + 20);
    expect(file, "more than the reports need").not.to.contain('"inputs"');
  });

  it("fails where the settings are wrong, with the sentence that says so, and asks no further", async () => {
    change({ bucket: "No Bucket" });
    const { ok, found } = await look();
    expect(ok).to.equal(false);
    expect(found.preview).to.include({ code: 2 });
    expect(found.preview.error).to.contain("godwit:cdn.bucket must be");
    expect(found).not.to.have.any.keys("policy", "cost");
  });

  it("for drift asks the cloud, not the settings", async () => {
    change({ thresholds: { hitRatePercent: 50 } });
    const { ok, found } = await look("--drift");
    expect(ok).to.equal(true);
    expect(found).to.have.all.keys("stack", "target", "preview");
    expect(found.preview.document!.resources.every(({ op }) => op === "same")).to.equal(true);
  });
});
