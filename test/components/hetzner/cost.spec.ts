import { expect } from "chai";
import { hetznerCost } from "../../../components/hetzner/cost.ts";
import { parseHetzner, rawHetzner } from "./settings.ts";

const costOf = (changes: Record<string, unknown> = {}) =>
  hetznerCost(parseHetzner(rawHetzner(changes)));

describe("the cost of a cluster at Hetzner", () => {
  it("is the plan's 82 $ against 800 $, and what the plan leaves out", () => {
    const { before, after, monthlyBefore, monthlyAfter } = costOf();
    expect(monthlyBefore).to.equal(800);
    expect(before).to.have.length(6);
    expect(after.map(({ what, monthly }) => [what, monthly])).to.deep.equal([
      ["Workers, cpx31", 46.59],
      ["Database, cpx31", 15.53],
      ["Control plane, cx22", 4.33],
      ["Files in R2", 15],
      ["Traffic out of R2", 0],
      ["Load balancer, lb11", 6.15],
      ["Redis, in the cluster", 0],
      ["Volume of the database", 2.51],
      ["Volumes of pods", 2.51],
    ]);
    const leftOut = /Control plane|Volume/;
    const planned = after.filter(({ what }) => !leftOut.test(what));
    const sum = planned.reduce((total, { monthly }) => total + monthly, 0);
    expect(sum).to.be.closeTo(82, 1.5);
    expect(monthlyAfter).to.equal(92.62);
  });

  it("follows the settings and the euro", () => {
    const usage = { storedGb: 100, dollarsForEuro: 1 };
    const { after } = costOf({ workers: { count: 5, serverType: "cx32" }, usage });
    const monthly = (what: string) => after.find((line) => line.what.startsWith(what))?.monthly;
    expect(monthly("Workers")).to.equal(34);
    expect(monthly("Files")).to.equal(1.5);
  });

  it("has the day of its prices, and says what is missing", () => {
    const { asOf, notes } = costOf({ location: "ash", database: { serverType: "ccx63" } });
    expect(asOf).to.match(/^\d{4}-\d\d-\d\d$/);
    expect(notes.join()).to.include("ash differs").and.to.include("Database: the price of ccx63");
    expect(costOf().notes.join()).not.to.include("differs");
  });
});
