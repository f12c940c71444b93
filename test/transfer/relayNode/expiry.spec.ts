import { expect } from "chai";
import { Expiry } from "../../../transfer/relayNode/expiry.ts";

const HOUR_MS = 3_600_000;

describe("a relay's expiry", () => {
  /** Looks at the clock once an hour from `fromMs` before the end, and says how often it warned. */
  function warnings(fromMs: number, hours: number): string[] {
    const at = new Date("2026-03-01T06:00:00Z");
    let now = at.getTime() - fromMs;
    const lines: string[] = [];
    const expiry = new Expiry(
      at,
      (line) => lines.push(line),
      () => now,
    );
    for (let hour = 0; hour < hours; hour++, now += HOUR_MS) {
      expiry.watch();
      expiry.stop();
    }
    return lines;
  }

  it("is warned of once a day in the last three days", () => {
    expect(warnings(96 * HOUR_MS, 24)).to.deep.equal([]);
    expect(warnings(96 * HOUR_MS, 96)).to.have.length(3);
    expect(warnings(1 * HOUR_MS, 1)[0]).to.match(/^This relay ends at 2026-03-01T06:00:00.000Z/);
  });

  it("counts the seconds that are left", () => {
    const at = new Date(HOUR_MS);
    const left = (now: number) =>
      new Expiry(
        at,
        () => {},
        () => now,
      ).seconds;
    expect([left(0), left(HOUR_MS + 1_000)]).to.deep.equal([3_600, -1]);
  });

  it("passes when the clock is set beyond it", async () => {
    let now = 0;
    const expiry = new Expiry(
      new Date(HOUR_MS),
      () => {},
      () => now,
    );
    now = 2 * HOUR_MS;
    expiry.watch();
    await expiry.passed;
  });
});
