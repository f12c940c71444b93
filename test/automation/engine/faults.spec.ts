import { expect } from "chai";
import { checkDriverFaults, isDriverFault } from "../../../automation/engine/faults.ts";

describe("faults", () => {
  it("of the driver are those that name a step, or chance", () => {
    const all = [
      "kill@copy:during",
      "kill@random",
      "kill@mover",
      "kill@mover:20",
      "cut@redis.source",
    ];
    expect(all.filter(isDriverFault)).to.deep.equal(["kill@copy:during", "kill@random"]);
  });

  it("of the mover name no step", () => {
    checkDriverFaults(["kill@mover", "kill@mover:during"], ["copy"]);
    expect(() => checkDriverFaults(["kill@move:during"], ["copy"])).to.throw("step move");
  });
});
