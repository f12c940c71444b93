import { expect } from "chai";
import { disturbancesOf, ROLLBACK_FROM } from "../../bench/soak/disturbances.ts";

const STEPS = ["copy", "switch", ROLLBACK_FROM];
const FORM =
  /^kill@(random|(mover|relay):(random|[a-z]+)|(copy|switch|validate-soaked):(before|during|after))$/;
const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

describe("bench/soak/disturbances", () => {
  it("are the same for the same seed, and others for another", () => {
    expect(disturbancesOf(7, STEPS)).to.deep.equal(disturbancesOf(7, STEPS));
    const all = new Set(seeds.map((seed) => JSON.stringify(disturbancesOf(seed, STEPS))));
    expect(all.size).to.be.greaterThan(40);
  });

  it("are one to three kills of driver, mover and relays, as the command line takes them", () => {
    const faults = seeds.map((seed) => disturbancesOf(seed, STEPS).faults);
    for (const each of faults) {
      expect(each.length).to.be.within(1, 4);
      for (const fault of each) expect(fault).to.match(FORM);
    }
    for (const victim of ["kill@random", "kill@copy", "kill@mover", "kill@relay"])
      expect(
        faults.flat().some((fault) => fault.startsWith(victim)),
        victim,
      ).to.equal(true);
  });

  it("stop every third run long after its switch, to be rolled back", () => {
    for (const seed of seeds) {
      const { faults, rollback } = disturbancesOf(seed, STEPS);
      expect(rollback).to.equal(seed % 3 === 0);
      if (rollback) expect(faults).to.include(`kill@${ROLLBACK_FROM}:before`);
    }
  });
});
