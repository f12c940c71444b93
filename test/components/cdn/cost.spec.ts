import { expect } from "chai";
import { cdnCost } from "../../../components/cdn/cost.ts";
import { parseCdn, rawCdn, rawCdnStack } from "./settings.ts";

const costOf = (usage: object = {}) => cdnCost(parseCdn(rawCdn({ usage })));

describe("monthly cost of a CDN", () => {
  it("of 100 practices with ten pictures each is 0.45 $, and of what watches them 7.30 $", () => {
    const { after, monthlyBefore, monthlyAfter } = costOf();
    expect(after.map(({ what, monthly }) => [what, monthly])).to.deep.equal([
      ["Files in S3", 0.01],
      ["Delivery by CloudFront", 0.43],
      ["Requests to CloudFront", 0.01],
      ["Reads of the bucket", 0],
      ["Uploads", 0],
      ["Metrics of the distribution", 2.4],
      ["Metrics of uploads", 0.9],
      ["CloudWatch alarms", 1],
      ["Dashboard", 3],
    ]);
    const assets = after.slice(0, 5).reduce((sum, { monthly }) => sum + monthly, 0);
    expect(assets).to.be.closeTo(0.45, 0.001);
    expect({ monthlyBefore, monthlyAfter }).to.deep.equal({ monthlyBefore: 0, monthlyAfter: 7.75 });
  });

  it("grows with what is stored and asked for", () => {
    const { after } = costOf({ storedGb: 100, deliveredGb: 1000, requests: 2_000_000 });
    expect(after.slice(0, 4).map(({ monthly }) => monthly)).to.deep.equal([2.3, 85, 2, 0.08]);
  });

  it("has the day of its prices, and says where they are another region's", () => {
    expect(costOf().asOf).to.match(/^\d{4}-\d\d-\d\d$/);
    const abroad = cdnCost(parseCdn(rawCdnStack({ "aws:region": "eu-west-1" })));
    expect(abroad.notes.join()).to.include("eu-west-1");
    expect(costOf().notes.join()).not.to.include("differs");
  });
});
