import { expect } from "chai";
import { line, Measurements, percentile, spread, type Kind } from "../../bench/figures.ts";

const rate: Kind = { figure: "copy", unit: "keys/s", better: "more" };

describe("figures of a bench", () => {
  it("are median, least and most of the rounds", () => {
    expect(spread([3, 100, 1])).to.deep.equal({ median: 3, min: 1, max: 100 });
    expect(spread([4, 1]).median).to.equal(2.5);
    expect(() => spread([])).to.throw(RangeError);
  });

  it("take a percentile by the nearest rank", () => {
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
    expect([50, 99, 100].map((percent) => percentile(hundred, percent))).to.deep.equal([
      50, 99, 100,
    ]);
    expect(percentile([7], 99)).to.equal(7);
  });

  it("stand side by side, and say why one is missing", () => {
    const measurements = new Measurements();
    measurements.add(rate, "godwit", 210_000);
    measurements.missing(rate, "redis-shake", "not on the PATH");
    measurements.add(rate, "replicaof", 300_000);
    measurements.add(rate, "godwit", 190_000);
    measurements.add(rate, "godwit", 230_000);
    const figures = measurements.figures();
    expect(figures).to.deep.equal([
      {
        ...rate,
        godwit: { median: 210_000, min: 190_000, max: 230_000 },
        peers: {
          "redis-shake": { unavailable: "not on the PATH" },
          replicaof: { median: 300_000, min: 300_000, max: 300_000 },
        },
      },
    ]);
    expect(line(figures[0]!)).to.equal(
      "copy (keys/s, more is better): godwit 210,000 (190,000–230,000) · redis-shake – (not on the PATH) · replicaof 300,000",
    );
  });
});
