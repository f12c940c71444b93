import { expect } from "chai";
import { explore, type Scenario } from "./model/explore.ts";
import { MUTATIONS } from "./model/mutations.ts";
import { REAL } from "./model/rules.ts";

/** What is explored each time: every interleaving of what is named, to the last new state. */
const USUAL: Readonly<Record<string, Scenario>> = {
  "cutover and rollback, a write past the relays waiting behind the fence, leases that expire": {
    budget: { switch: 2, outsider: 1 },
    writes: 1,
  },
  "a cutover with two writes of each client": { budget: { switch: 1 }, writes: 2 },
  "a cutover and a relay that dies": { budget: { switch: 1, relayCrash: 1 }, writes: 1 },
  "a cutover and a driver that dies": { budget: { switch: 1, driverCrash: 1 }, writes: 1 },
  "a cutover and a target that fails over": {
    budget: { switch: 1, targetFailover: 1 },
    writes: 1,
  },
  "a cutover and a source that fails over": {
    budget: { switch: 1, sourceFailover: 1 },
    writes: 1,
    patient: true,
  },
  "a cutover and a record that a client erases": { budget: { switch: 1, erase: 1 }, writes: 1 },
};

/** With `GODWIT_MODEL=deep`: two faults, or one on the way back too. Minutes, and up to 1 GB. */
const DEEP: Readonly<Record<string, Scenario>> = {
  "cutover and rollback, a driver that dies": {
    budget: { switch: 2, driverCrash: 1 },
    writes: 1,
  },
  "cutover and rollback, a target that fails over": {
    budget: { switch: 2, targetFailover: 1 },
    writes: 1,
  },
  "cutover and rollback, a source that fails over": {
    budget: { switch: 2, sourceFailover: 1 },
    writes: 1,
  },
  "cutover and rollback, a relay that dies": {
    budget: { switch: 2, relayCrash: 1 },
    writes: 1,
    depth: 32,
  },
  "a cutover, driver and relay die": {
    budget: { switch: 1, driverCrash: 1, relayCrash: 1 },
    writes: 1,
  },
  "a cutover, the driver dies and the target fails over": {
    budget: { switch: 1, driverCrash: 1, targetFailover: 1 },
    writes: 1,
  },
};

describe("The switch, in every interleaving", function () {
  this.timeout(1_800_000);
  const scenarios = process.env["GODWIT_MODEL"] === "deep" ? { ...USUAL, ...DEEP } : USUAL;

  for (const [name, scenario] of Object.entries(scenarios)) {
    it(`splits nothing, loses nothing and never gets stuck: ${name}`, function () {
      const { states, depth, complete, counterexample } = explore(scenario);
      expect(counterexample, `\n${counterexample}\n`).to.equal(undefined);
      expect(complete || depth === scenario.depth).to.equal(true);
      this.test!.title += ` (${states.toLocaleString("en")} states, ${depth} steps deep)`;
    });
  }

  describe("gone wrong", () => {
    for (const { name, rules, scenario, breaks } of MUTATIONS) {
      it(`is found when ${name}`, () => {
        const { counterexample } = explore({ ...scenario, rules: { ...REAL, ...rules } });
        expect(counterexample?.split("\n").at(-1)).to.match(breaks);
      });
    }

    it("is told as the shortest way there", () => {
      const { rules, scenario } = MUTATIONS[0]!;
      const { counterexample } = explore({ ...scenario, rules: { ...REAL, ...rules } });
      const lines = counterexample!.split("\n");
      expect(lines[0]).to.equal("  1. a switch is asked for");
      expect(lines.at(-1)).to.equal("  => I1: the relays serve different sides at once");
      expect(counterexample).to.match(/takes source for epoch 1[^]*takes target for epoch 1/);
    });
  });
});
