import { expect } from "chai";
import { hetznerCost } from "../../../components/hetzner/cost.ts";
import { parseHetzner, rawHetzner } from "./settings.ts";

const costOf = (changes: Record<string, unknown> = {}) =>
  hetznerCost(parseHetzner(rawHetzner(changes)));

describe("the cost of a cluster at Hetzner", () => {
  /** What the plan of 82 $ has: all but the control plane and the volumes. */
  const planned = (changes: Record<string, unknown> = {}) =>
    costOf(changes)
      .after.filter(({ what }) => !/Control plane|Volume/.test(what))
      .reduce((total, { monthly }) => total + monthly, 0);

  it("is told line by line, beside the plan's 800 $ of AWS", () => {
    const { before, after, monthlyBefore, monthlyAfter } = costOf();
    expect(monthlyBefore).to.equal(800);
    expect(before).to.have.length(6);
    expect(after.map(({ what, monthly }) => [what, monthly])).to.deep.equal([
      ["Workers, cpx32", 120.2],
      ["Database, cpx32", 40.07],
      ["Control plane, cpx22", 22.25],
      ["Files in R2", 15],
      ["Traffic out of R2", 0],
      ["Load balancer, lb11", 8.34],
      ["Redis, in the cluster", 0],
      ["Volume of the database", 3.18],
      ["Volumes of pods", 3.18],
    ]);
    expect(monthlyAfter).to.equal(212.22);
  });

  it("has the plan's 82 $ between machines that are sold out and those that can be had", () => {
    expect(planned()).to.be.closeTo(183.61, 0.01);
    const cheap = { workers: { serverType: "cx33" }, database: { serverType: "cx33" } };
    expect(planned(cheap)).to.be.closeTo(63.38, 0.01);
  });

  it("follows the settings and the euro", () => {
    const usage = { storedGb: 100, dollarsForEuro: 1 };
    const { after } = costOf({ workers: { count: 5, serverType: "cx33" }, usage });
    const monthly = (what: string) => after.find((line) => line.what.startsWith(what))?.monthly;
    expect(monthly("Workers")).to.equal(44.95);
    expect(monthly("Files")).to.equal(1.5);
    const alone = costOf({ workers: { count: 0 } }).after;
    expect(alone.map(({ what }) => what).join()).not.to.include("Workers");
  });

  it("tells prices of a unit as people read them, whatever the euro's course makes of them", () => {
    const prices = Object.fromEntries(
      costOf().after.map(({ what, unitPrice }) => [what, unitPrice]),
    );
    expect(prices).to.deep.include({ "Workers, cpx32": 40.07, "Volumes of pods": 0.06368 });
  });

  it("has the day of its prices, and says what is missing", () => {
    const { asOf, notes } = costOf({ location: "ash", database: { serverType: "cpx51" } });
    expect(asOf).to.match(/^\d{4}-\d\d-\d\d$/);
    expect(notes.join()).to.include("ash differs").and.to.include("Database: the price of cpx51");
    expect(costOf().notes.join()).not.to.include("differs");
  });
});
