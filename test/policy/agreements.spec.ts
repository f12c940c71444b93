import { expect } from "chai";
import { AGREEMENT_DAYS } from "../../policy/agreements.ts";
import { withoutAgreement } from "../../policy/index.ts";
import { waivers } from "../../policy/waivers/index.ts";

const TODAY = "2026-11-21";
const baa = (of: string, date = "2026-10-01") => ({ item: "baa", of, owner: "ada", date });
const missing = (target: string, ...attestations: ReturnType<typeof baa>[]) =>
  withoutAgreement({ target, attestations, today: TODAY });

describe("the agreements with providers", () => {
  it("are needed with each whose machines the data is on", () => {
    expect(missing("redis")).to.deep.equal(["AWS"]);
    expect(missing("hetzner", baa("AWS"))).to.deep.equal(["Hetzner", "Cloudflare"]);
    expect(missing("hetzner", baa("AWS"), baa("Hetzner"), baa("Cloudflare"))).to.deep.equal([]);
  });

  it("are told for every target that has waivers", () => {
    for (const target of Object.keys(waivers)) expect(missing(target), target).to.not.be.empty;
  });

  it("do not hold for ever, nor from tomorrow on, nor as another item", () => {
    const days = (count: number) =>
      new Date(Date.parse(TODAY) - count * 86_400_000).toISOString().slice(0, 10);
    expect(missing("redis", baa("AWS", days(AGREEMENT_DAYS)))).to.deep.equal([]);
    expect(missing("redis", baa("AWS", days(AGREEMENT_DAYS + 1)))).to.deep.equal(["AWS"]);
    expect(missing("redis", baa("AWS", days(-1)))).to.deep.equal(["AWS"]);
    expect(missing("redis", { ...baa("AWS"), item: "training" })).to.deep.equal(["AWS"]);
  });
});
