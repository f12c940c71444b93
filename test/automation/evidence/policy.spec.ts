import { expect } from "chai";
import { checkEvidence } from "../../../automation/evidence/check.ts";
import { renderJson, sealEvidence, type Evidence } from "../../../automation/evidence/document.ts";
import { renderHtml } from "../../../automation/evidence/html/page.ts";
import { renderMarkdown } from "../../../automation/evidence/markdown.ts";
import { policyFacts } from "../../../automation/evidence/policy.ts";
import type { PolicyReport } from "../../../automation/policyPack.ts";
import { evaluate } from "../../../policy/index.ts";
import { resource } from "../../policy/resources.ts";
import { chainOf, memorySigner, started } from "./sample.ts";

const TODAY = "2026-11-21";

function judged(...names: string[]): PolicyReport {
  const resources = names.map((name) => resource("aws:sns/topic:Topic", {}, name));
  return evaluate({ target: "cdn", stack: "test", resources, attestations: [], today: TODAY });
}

function sealed(report: PolicyReport): Promise<Evidence> {
  const events = chainOf([
    [0, "run.started", started],
    [0, "policy", policyFacts(report)],
  ]);
  return sealEvidence(events, memorySigner());
}

describe("the policy in the evidence of a run", () => {
  it("is there with every waiver: reason, owner, expiry", async () => {
    const { policy } = await sealed(judged("cdn-cdn-topic"));
    expect(policy).to.include({ resources: 1, declared: 1, undecided: 0 });
    expect(policy!.findings).to.deep.equal([]);
    expect(policy!.waived).to.deep.equal([
      {
        rule: "SNSEncryptedKMS",
        resource: "cdn-cdn-topic",
        problem: "is not encrypted with a KMS key",
        reason: "Alarms say how many requests failed, and nothing of anybody.",
        owner: "platform",
        expires: "2027-10-31",
      },
    ]);
    expect(policy!.waiverProblems.map(({ resource: name }) => name)).to.include("cdn-logs");
  });

  it("is on the page and in Markdown, and the record stays whole", async () => {
    const evidence = await sealed(judged("cdn-cdn-topic", "other"));
    const page = renderHtml(evidence);
    for (const text of [page, renderMarkdown(evidence)]) {
      expect(text)
        .to.contain("2 of 2 resources as the run found them")
        .and.contain("1 finding, 1 waived")
        .and.contain("other is not encrypted with a KMS key")
        .and.contain("platform, until 2027-10-31: Alarms say how many requests failed");
    }
    const { fingerprint } = evidence.signature;
    for (const form of [page, renderJson(evidence)]) {
      expect(checkEvidence(form, { fingerprint }).findings).to.deep.equal([]);
    }
  });

  it("cannot be changed unseen", async () => {
    const evidence = await sealed(judged("other"));
    const waived = { ...evidence.policy!, findings: [] };
    const forged = renderJson({ ...evidence, policy: waived });
    const { fingerprint } = evidence.signature;
    expect(checkEvidence(forged, { fingerprint }).findings).to.not.be.empty;
  });

  it("does not pass for a proof where no rule looks at anything", async () => {
    const report = judged();
    const text = renderMarkdown(await sealed({ ...report, declared: 47, waiverProblems: [] }));
    expect(text).to.contain("looks at any of the 47 resources: this says nothing about them.");
  });

  it("is left out of a run that was started without it", async () => {
    const events = chainOf([[0, "run.started", started]]);
    const evidence = await sealEvidence(events, memorySigner());
    expect(evidence).to.not.have.property("policy");
    expect(renderHtml(evidence)).to.not.contain("HIPAA policy");
  });
});
