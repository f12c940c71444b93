import { expect } from "chai";
import type { Finding } from "../../policy/finding.ts";
import { weigh } from "../../policy/waiver.ts";
import type { Waiver } from "../../policy/waiver.ts";
import { waivers as shipped } from "../../policy/waivers/index.ts";
import { rules } from "../../policy/rules/index.ts";

const finding = { rule: "KMSKeyRotation", resource: "redis-key" } as Finding;
const waiver: Waiver = {
  rule: "KMSKeyRotation",
  resources: ["redis-*"],
  reason: "It is exchanged by hand.",
  owner: "security",
  expires: "2026-11-21",
};

const resources = [{ type: "aws:kms/key:Key" }];

function weighed(waivers: Waiver[], today = "2026-11-21", findings: Finding[] = [finding]) {
  return weigh({ findings, undecided: [] }, waivers, { resources, stack: "prod", today });
}

describe("a waiver", () => {
  it("covers a finding until its last day, and is shown with it", () => {
    const { findings, waived, waiverProblems } = weighed([waiver]);
    expect({ findings, waiverProblems }).to.deep.equal({ findings: [], waiverProblems: [] });
    const { reason, owner, expires } = waiver;
    expect(waived).to.deep.equal([{ ...finding, reason, owner, expires }]);
  });

  it("covers nothing the day after, and fails", () => {
    const { findings, waived, waiverProblems } = weighed([waiver], "2026-11-22");
    expect({ findings, waived }).to.deep.equal({ findings: [finding], waived: [] });
    expect(waiverProblems).to.have.length(1);
    expect(waiverProblems[0]).to.include({ problem: "has expired on 2026-11-21" });
  });

  it("fails where it covers nothing, also by one of its names", () => {
    const { waiverProblems } = weighed([{ ...waiver, resources: ["redis-key", "redis-kye"] }]);
    expect(waiverProblems.map(({ resources, problem }) => [...resources, problem])).to.deep.equal([
      ["redis-kye", "covers nothing"],
    ]);
  });

  it("covers its own rule and names only", () => {
    for (const other of [{ rule: "SNSEncryptedKMS" }, { resources: ["other-*"] }]) {
      expect(weighed([{ ...waiver, ...other }]).findings).to.deep.equal([finding]);
    }
  });

  it("rests without a resource of the type that it is for", () => {
    const { waiverProblems, resting } = weighed(
      [{ ...waiver, with: "godwit:relay:Relays" }],
      "2027-01-01",
    );
    expect({ waiverProblems, resting: resting.length }).to.deep.equal({
      waiverProblems: [],
      resting: 1,
    });
  });

  it("rests in stacks that it is not for", () => {
    const forStaging = { ...waiver, stacks: ["staging"] };
    expect(weighed([forStaging])).to.deep.include({ findings: [finding], waiverProblems: [] });
    expect(weighed([{ ...waiver, stacks: ["prod"] }]).findings).to.deep.equal([]);
  });

  it("is not unused where its rule is still undecided", () => {
    const undecided = [{ rule: "KMSKeyRotation", resource: "redis-key", type: "", urn: "" }];
    const { waiverProblems } = weigh({ findings: [], undecided }, [waiver], {
      resources,
      stack: "prod",
      today: waiver.expires,
    });
    expect(waiverProblems).to.deep.equal([]);
  });
});

describe("the waivers that ship", () => {
  it("name rules that exist, an owner, a reason and a day", () => {
    const known = rules.map(({ id }) => id);
    for (const { rule, reason, owner, expires } of Object.values(shipped).flat()) {
      expect(known).to.include(rule);
      expect(reason, rule).to.match(/^[A-Z].{20,}\.$/);
      expect(owner, rule).to.match(/^[a-z]+$/);
      expect(expires, rule).to.match(/^\d{4}-\d\d-\d\d$/);
    }
  });
});
