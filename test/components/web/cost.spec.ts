import { expect } from "chai";
import { webCost } from "../../../components/web/cost.ts";
import { parseWeb, rawWeb, rawWebStack } from "./settings.ts";

const costOf = (changes: Record<string, unknown> = {}) => webCost(parseWeb(rawWeb(changes)));

describe("monthly cost of a web application", () => {
  it("is under 20 $, line by line", () => {
    const { after, monthlyBefore, monthlyAfter } = costOf();
    expect(after.map(({ what, monthly }) => [what, monthly])).to.deep.equal([
      ["Machine, t3.micro", 7.59],
      ["Machine, volumes", 1.04],
      ["Public IPv4 address", 3.65],
      ["Session secret", 0.4],
      ["Files in S3", 0.12],
      ["Delivery by CloudFront", 0.85],
      ["Requests to CloudFront", 0.1],
      ["Single-page function", 0.01],
      ["Logs", 0.25],
      ["Mail by SES", 0.1],
      ["Health check by HTTPS", 1.5],
      ["CloudWatch alarms", 0.7],
      ["Metrics of the machine", 0.6],
    ]);
    expect({ monthlyBefore, monthlyAfter }).to.deep.equal({
      monthlyBefore: 0,
      monthlyAfter: 16.91,
    });
  });

  it("has a database's lines where there is one", () => {
    const { after, monthlyAfter } = costOf({ database: { engine: "postgres" } });
    expect(after.slice(-3).map(({ what, monthly }) => [what, monthly])).to.deep.equal([
      ["Database, db.t4g.micro", 11.68],
      ["Database, volume", 2.3],
      ["Database, secret", 0.4],
    ]);
    expect(monthlyAfter).to.equal(31.29);
  });

  it("grows with what is used, and has no line for mail that is not sent", () => {
    const { after } = costOf({ usage: { deliveredGb: 100, storedGb: 50 }, mail: undefined });
    const monthly = (name: string) => after.find(({ what }) => what === name)?.monthly;
    expect(monthly("Delivery by CloudFront")).to.equal(8.5);
    expect(monthly("Files in S3")).to.equal(1.15);
    expect(monthly("Mail by SES")).to.equal(undefined);
  });

  it("says where a price is not known, and where prices are another region's", () => {
    const { after, notes } = costOf({ instanceType: "m7i.large" });
    expect(after.some(({ what }) => what.startsWith("Machine, m7i"))).to.equal(false);
    expect(notes.join()).to.include("The price of m7i.large is not known here");
    const abroad = webCost(parseWeb(rawWebStack({ "aws:region": "eu-west-1" })));
    expect(abroad.notes.join()).to.include("eu-west-1 differs");
  });
});
