import { expect } from "chai";
import { hipaaCost } from "../../../components/hipaa/cost.ts";
import {
  cachePrices,
  databasePrices,
  hipaaPrices,
  instancePrices,
} from "../../../components/hipaa/prices.ts";
import { parseHipaa, rawHipaa, rawHipaaStack } from "./settings.ts";

describe("monthly cost of the target hipaa", () => {
  const base = hipaaCost(parseHipaa(rawHipaaStack()));
  const monthly = (what: RegExp) =>
    base.after.filter((line) => what.test(line.what)).reduce((sum, line) => sum + line.monthly, 0);

  it("is that of the requirement's lines, and of what they leave out", () => {
    // The requirement: instances 120, database 140, its storage 33, cache 100, balancer 33, NAT 64, transfer 20.
    expect(monthly(/^Instances|^Volumes/)).to.be.closeTo(73.02, 0.01);
    expect(monthly(/^PostgreSQL/)).to.be.closeTo(116.07, 0.01);
    expect(monthly(/^Storage of the database|^Backups/)).to.be.closeTo(34.9, 0.01);
    expect(monthly(/^Redis/)).to.be.closeTo(108.04, 0.01);
    expect(monthly(/^Load balancer/)).to.be.closeTo(24.49, 0.01);
    expect(monthly(/^NAT|^Through/)).to.be.closeTo(75.5, 0.01);
    // 200 GB, and 20 GB on their way to there.
    expect(monthly(/^Copies|^Files sent|^KMS key of/)).to.be.closeTo(6.4, 0.01);
    expect(base.monthlyAfter).to.be.closeTo(539, 1);
  });

  it("rises with each instance, and not with another database", () => {
    const peak = hipaaCost(parseHipaa(rawHipaaStack()), 4);
    expect(peak.monthlyAfter - base.monthlyAfter).to.be.closeTo(2 * (33.87 + 2.64), 0.05);
  });

  it("has the mover until the move is settled, and a zone only where it makes one", () => {
    const mover = JSON.stringify({ package: "s3://acme-artifacts/godwit-0.1.0.tgz" });
    const whats = (changes: Record<string, string>) =>
      hipaaCost(parseHipaa(rawHipaaStack({ "godwit:mover": mover, ...changes }))).after.map(
        ({ what }) => what,
      );
    expect(whats({})).to.include("Mover, t4g.small").and.not.to.include("Zone");
    expect(whats({ "godwit:stage": "settled" }).join()).not.to.include("Mover");
    const zone = { create: true, name: "acme.example" };
    const domain = { name: "app.acme.example", zone };
    const { after } = hipaaCost(parseHipaa(rawHipaa({ domain })));
    expect(after.find(({ what }) => what === "Zone")!.monthly).to.equal(0.5);
  });

  it("has no NAT gateways and endpoints where the network is another's", () => {
    const ids = ["subnet-1", "subnet-2"];
    const existing = {
      vpcId: "vpc-1",
      publicSubnetIds: ids,
      applicationSubnetIds: ids,
      databaseSubnetIds: ids,
      cacheSubnetIds: ids,
    };
    const { after } = hipaaCost(parseHipaa(rawHipaa({ network: { existing } })));
    expect(after.filter(({ what }) => /^NAT|^Endpoints/.test(what))).to.deep.equal([]);
  });

  it("has the day of its prices and a source for each", () => {
    expect(base.asOf).to.match(/^\d{4}-\d\d-\d\d$/);
    const lists = [hipaaPrices, instancePrices, databasePrices, cachePrices];
    for (const { price, source } of lists.flatMap((list) => Object.values(list))) {
      expect(price).to.be.greaterThan(0);
      expect(source).to.match(/^aws\.amazon\.com\/[a-z0-9/-]+\/pricing$/);
    }
  });

  it("says where a price is not known", () => {
    const { notes } = hipaaCost(parseHipaa(rawHipaa({ compute: { instanceType: "x9.large" } })));
    expect(notes.join()).to.include("No price is known here for x9.large");
  });
});
