import { expect } from "chai";
import type { Attestation } from "../../policy/attestation.ts";
import { attestable } from "../../policy/checklist.ts";
import { evaluate } from "../../policy/index.ts";
import type { Resource } from "../../policy/plan.ts";
import { resource } from "./resources.ts";

const TODAY = "2026-11-21";

function line(
  item: string,
  resources: Resource[],
  attestations: Attestation[] = [],
  target = "none",
) {
  const report = evaluate({ target, stack: "test", resources, attestations, today: TODAY });
  expect(report.checklist).to.have.length(12);
  const { status, because } = report.checklist.find((each) => each.item === item)!;
  return `${status}: ${because}`;
}

const topic = (kmsMasterKeyId?: string) => resource("aws:sns/topic:Topic", { kmsMasterKeyId });
const word = (item: string, date: string, of?: string): Attestation => ({
  item,
  date,
  owner: "ada",
  ...(of !== undefined && { of }),
});

describe("the HIPAA checklist", () => {
  it("is checked by rules where there is something to check", () => {
    expect(line("at-rest", [topic("arn")])).to.equal("checked: 1 resources");
    expect(line("at-rest", [topic()])).to.equal("broken: 1 findings");
    expect(line("at-rest", [])).to.equal("not in this target: nothing to check");
  });

  it("rests for the others on somebody's word, of each provider", () => {
    const said = [word("baa", "2026-01-02", "AWS"), word("baa", "2026-01-03", "Auth0")];
    expect(line("baa", [], said)).to.equal(
      "attested: AWS, ada, 2026-01-02; Auth0, ada, 2026-01-03",
    );
    expect(line("baa", [])).to.equal("not attested: nobody has");
  });

  it("asks for an agreement with each provider of the target", () => {
    const said = [word("baa", "2026-01-02", "AWS")];
    expect(line("baa", [], said, "hipaa")).to.equal("attested: AWS, ada, 2026-01-02");
    expect(line("baa", [], said, "hetzner")).to.equal(
      "not attested: nobody has for Hetzner, Cloudflare",
    );
  });

  it("does not take a word that is too old, or of tomorrow", () => {
    expect(line("restore-test", [], [word("restore-test", "2026-08-21")])).to.match(/^attested/);
    for (const date of ["2026-08-20", "2026-11-22"]) {
      expect(line("restore-test", [], [word("restore-test", date)])).to.equal(
        `not attested: ada's word of ${date} does not hold today`,
      );
    }
  });

  it("takes a word for what another stack does, and asks for one where rules see a part only", () => {
    expect(line("trail", [], [word("trail", "2026-11-01")])).to.match(/^attested/);
    const database = resource("aws:rds/instance:Instance", {});
    expect(line("patching", [database])).to.equal("not attested: nobody has");
  });

  it("lets nobody give his word for what rules see", () => {
    expect(attestable).not.to.include("at-rest");
    expect(attestable).to.include("mfa");
  });
});
