import { expect } from "chai";
import { redisCost } from "../../components/redis/cost.ts";
import type { SourceSize } from "../../components/redis/cost.ts";
import {
  moverSettings,
  parseRedis,
  rawRedis,
  rawRelay,
  rawSettings,
  relaySettings,
} from "./settings.ts";

const costOf = (changes: Record<string, unknown> = {}, source?: SourceSize) =>
  redisCost(parseRedis(rawRedis(changes)), source);
const lines = (list: readonly { what: string; monthly: number }[]) =>
  list.map(({ what, monthly }) => [what, monthly]);

describe("monthly cost of a Redis", () => {
  it("is estimated line by line, before and after, with the day of the prices", () => {
    const cost = costOf();
    expect(cost).to.deep.include({ currency: "USD", region: "us-east-1" });
    expect(cost.asOf).to.match(/^\d{4}-\d\d-\d\d$/);
    expect(lines(cost.before)).to.deep.equal([["cache.t3.micro × 1", 12.41]]);
    expect(lines(cost.after)).to.deep.equal([
      ["cache.t3.micro × 2", 24.82],
      ["KMS key", 1],
      ["Snapshots, 8 at most full", 0.34],
      ["AUTH token in Secrets Manager", 0.4],
      ["CloudWatch alarms", 1.6],
    ]);
    expect(cost).to.include({
      monthlyBefore: 12.41,
      monthlyAfter: 28.16,
      increase: 15.75,
      increasePercent: 127,
    });
  });

  it("adds up: quantity × price is the line, the lines are the sum", () => {
    for (const { before, after, monthlyBefore, monthlyAfter } of [
      costOf(),
      costOf({ nodeType: "cache.r6g.large", replicas: 2 }),
    ]) {
      for (const [list, sum] of [
        [before, monthlyBefore],
        [after, monthlyAfter],
      ] as const) {
        for (const { quantity, unitPrice, monthly } of list) {
          expect(monthly).to.be.closeTo(quantity * unitPrice, 0.005);
        }
        expect(list.reduce((total, { monthly }) => total + monthly, 0)).to.be.closeTo(sum, 0.005);
      }
    }
  });

  it("of the way up is known: two cache.r6g.large", () => {
    expect(lines(costOf({ nodeType: "cache.r6g.large" }).after)).to.deep.include([
      "cache.r6g.large × 2",
      300.76,
    ]);
  });

  it("takes the source as it was found", () => {
    const { before } = costOf({}, { nodeType: "cache.t3.small", nodes: 1 });
    expect(lines(before)).to.deep.equal([["cache.t3.small × 1", 24.82]]);
  });

  it("tells apart what is there only while the migration runs", () => {
    const costWith = (mover: object) =>
      redisCost(
        parseRedis(rawSettings({ "godwit:mover": JSON.stringify({ ...moverSettings, ...mover }) })),
      );
    const cost = costWith({});
    expect(lines(cost.during)).to.deep.equal([
      ["Mover, t4g.small", 12.26],
      ["Mover, volume", 0.8],
      ["Mover, secret", 0.4],
    ]);
    expect(cost.monthlyAfter).to.equal(28.16);
    expect(costOf().during).to.deep.equal([]);
    const unpriced = costWith({ instanceType: "x9.large" });
    expect(lines(unpriced.during).map(([what]) => what)).to.deep.equal([
      "Mover, volume",
      "Mover, secret",
    ]);
    expect(unpriced.notes).to.include(
      "No price is known here for x9.large: the mover's machine is left out.",
    );
  });

  it("counts the relays in while they stand, and their machines only where the price is known", () => {
    const costWith = (relay: object) =>
      redisCost(
        parseRedis(rawRelay({ "godwit:relay": JSON.stringify({ ...relaySettings, ...relay }) })),
      );
    const { during, notes, monthlyAfter } = costWith({});
    expect(lines(during).slice(3)).to.deep.equal([
      ["Relays, c7g.large × 2", 105.85],
      ["Relays, volumes", 1.6],
      ["Relays, secret", 0.4],
      ["Relays, balancer", 16.43],
    ]);
    expect(monthlyAfter).to.equal(28.16);
    expect(notes.join()).to.include("capacity units are left out");
    const unpriced = costWith({ instanceType: "x9.large" });
    expect(lines(unpriced.during).map(([what]) => what)).not.to.include("Relays, x9.large × 2");
    expect(unpriced.notes).to.include(
      "No price is known here for x9.large: the relays' machines are left out.",
    );
  });

  it("has no line for a key that is paid for already, and says so", () => {
    const { after, notes } = costOf({ kms: { existing: "alias/acme-redis" } });
    expect(lines(after).map(([what]) => what)).not.to.include("KMS key");
    expect(notes).to.include("The existing KMS key is paid for already.");
  });

  it("leaves out what it has no price for, and says so", () => {
    const { after, notes } = costOf({ nodeType: "cache.x9.large" });
    expect(lines(after).some(([what]) => String(what).includes("cache.x9"))).to.equal(false);
    expect(notes).to.include("No price is known here for cache.x9.large: its nodes are left out.");
  });

  it("says so when the prices are another region's", () => {
    const settings = parseRedis(rawSettings({ "aws:region": "eu-west-1" }));
    expect(redisCost(settings).notes.join()).to.include("eu-west-1");
  });

  it("has no percentage where there was nothing before", () => {
    const settings = parseRedis({
      ...rawRedis({ source: undefined, seed: "empty" }),
      "godwit:stage": "settled",
    });
    const cost = redisCost(settings);
    expect(cost.monthlyBefore).to.equal(0);
    expect(cost).not.to.have.property("increasePercent");
  });
});
