import { expect } from "chai";
import { isDriverFault } from "../../automation/engine/faults.ts";
import type { MachineService } from "../../rehearsal/clouds/aws/ec2Instance/cloudConfig.ts";
import { phaseFaultsOf } from "../../rehearsal/clouds/aws/ec2Instance/kills.ts";
import { createFaults, parseFault } from "../../rehearsal/twin/faults.ts";
import { assertSettings } from "../../rehearsal/twin/settings.ts";

const check = (fault: string) => () =>
  assertSettings({ world: "redis-encryption", scale: "tiny", faults: [fault] });

describe("faults of a twin", () => {
  for (const fault of [
    "kill@mover",
    "kill@mover:arming",
    "kill@relay:250",
    "kill@relay:random",
    "kill@relay:stopping",
    "cut@relay",
    "cut@relay:500",
    "cut@redis.source:500",
    "slow@relay:20",
    "failover@redis.target",
    "deny@elasticache:CreateSnapshot",
  ]) {
    it(`take ${fault}`, () => expect(check(fault)).not.to.throw());
  }

  for (const [fault, reason] of [
    ["kill@relay:draining", /forms are .*kill@relay\[:MS\|:random\|:stopping\|:holding\|/],
    ["kill@mover:serving", /forms are .*kill@mover\[:MS\|:random\|:holding\|:fencing\|/],
    ["cut@relay:soon", /forms are .*cut@relay\[:MS\]/],
    ["slow@relay", /forms are .*slow@relay:MS/],
    ["full@relay", /names server relay, which this rehearsal does not have/],
    ["kill@redis.source", /names machine redis.source, .*\n?.*/],
    ["failover@redis.source", /redis.source stands alone and has no replica/],
  ] as const) {
    it(`refuse ${fault}`, () => expect(check(fault)).to.throw(reason));
  }

  it("leave the driver alone when they hit a machine", () => {
    for (const fault of ["kill@relay", "kill@relay:settling", "kill@mover:20"]) {
      expect(isDriverFault(fault), fault).to.equal(false);
    }
    expect(isDriverFault("kill@switch:during")).to.equal(true);
  });

  it("tell the mover and the first relay alone in which phase to end", () => {
    const asked = ["kill@relay:holding", "kill@relay:100", "kill@mover:turning", "cut@relay"];
    const faults = createFaults(asked.map(parseFault));
    const service = (name: string, environment: MachineService["environment"] = {}) =>
      phaseFaultsOf(faults, { name, command: [], environment, restartMs: undefined });
    expect(service("godwit-mover")).to.eql(["kill@mover:turning"]);
    expect(service("godwit-relay", { GODWIT_RELAY_NAME: "relay-1" })).to.eql([
      "kill@relay:holding",
    ]);
    expect(service("godwit-relay", { GODWIT_RELAY_NAME: "relay-2" })).to.eql([]);
  });
});
