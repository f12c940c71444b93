import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ATTESTATIONS } from "../../../automation/attestations.ts";
import type { App } from "../../../automation/commands/context.ts";
import { look } from "../../../automation/commands/plan.ts";
import { planMarkdown, planText } from "../../../automation/plan.ts";
import type { Runbook } from "../../../automation/step.ts";
import * as policy from "../../../policy/index.ts";
import { redisEncryption } from "../../../runbooks/redis-encryption.ts";
import { rejection } from "../../support/rejection.ts";

const app = { policy: async () => policy } as unknown as App;
const today = new Date().toISOString().slice(0, 10);

describe("a run with health data", () => {
  const given = process.env["GODWIT_PROJECT"];
  let project: string;

  before(() => {
    project = mkdtempSync(join(tmpdir(), "godwit-project-"));
    mkdirSync(join(project, "policy"));
    process.env["GODWIT_PROJECT"] = project;
  });
  after(() => {
    if (given === undefined) delete process.env["GODWIT_PROJECT"];
    else process.env["GODWIT_PROJECT"] = given;
    rmSync(project, { recursive: true });
  });

  const attest = (text: string) => writeFileSync(join(project, ATTESTATIONS), text);

  /** What the first look at a stack comes to; "looked" when it got as far as the source. */
  async function begin(healthData: boolean): Promise<unknown> {
    const runbook: Runbook = {
      ...redisEncryption,
      policy: () => ({ production: true, secondApprover: false, healthData }),
      preflight: () => Promise.reject(new Error("looked")),
    };
    return await rejection(look(app, runbook, "prod", "relay"));
  }

  it("is refused without an agreement with the provider, before anything is looked at", async () => {
    attest("[]");
    const refused = await begin(true);
    expect(refused).to.include({ exitCode: 4 });
    expect(refused)
      .to.have.property("message")
      .that.contains("godwit:dataClass is phi")
      .and.contains("agreement with AWS")
      .and.contains("Nothing was changed.")
      .and.contains(`${ATTESTATIONS}, for each of them: - { item: baa, of: AWS,`);
  });

  it("begins with one that holds", async () => {
    attest(`- { item: baa, of: AWS, owner: ada, date: ${today} }`);
    expect(await begin(true)).to.have.property("message", "looked");
  });

  it("is not what a stack of other data is asked about", async () => {
    attest("[]");
    expect(await begin(false)).to.have.property("message", "looked");
  });
});

describe("the plan of a runbook", () => {
  const plan = {
    ...{ runbook: "x", title: "x", mode: "x", stall: "x", expectedMs: 0, outageMs: 0 },
    ...{ pointOfNoReturn: null, steps: [] },
  };

  it("says whose agreement health data waits for, and that a rehearsal does not", () => {
    for (const text of [planText, planMarkdown]) {
      expect(text({ ...plan, withoutAgreement: ["Hetzner", "Cloudflare"] }))
        .to.contain("agreement with Hetzner, Cloudflare")
        .and.contain("a rehearsal, which has no real data, is not");
      expect(text({ ...plan, withoutAgreement: [] })).to.not.contain("Health data");
    }
  });
});
