import { expect } from "chai";
import { stepAt } from "../../../automation/evidence/stepAt.ts";
import { completedRun } from "./sample.ts";

describe("the step of a moment", () => {
  const events = completedRun();

  it("is the one that had begun last", () => {
    expect(stepAt(events, "2026-11-21T11:16:18.999Z")).to.equal("window");
    expect(stepAt(events, "2026-11-21T11:16:19.000Z")).to.equal("stop-writes");
    expect(stepAt(events, "2026-11-21T23:00:00.000Z")).to.equal("retire");
  });

  it("is none before the first", () => {
    expect(stepAt(events, "2026-11-21T11:16:03.999Z")).to.equal(undefined);
  });
});
