import { expect } from "chai";
import { driftReport, verdict } from "../../../tools/ci/drift-report.mjs";
import type { Look, Resource } from "../../../tools/ci/looks.mjs";
import { context, looked, resource } from "./looks.ts";

const look = (stack: string, ...resources: Resource[]): Look => ({
  ...{ stack, target: "redis" },
  preview: { code: 0, document: { resources } },
});
const changed = look("prod", resource("update", "group", { changed: ["nodeType"] }));
const still = look("staging", resource("same", "group"));
const failed = { stack: "prod", target: "redis", preview: { code: 1, error: "No access." } };
const missing = { stack: "prod", look: undefined };

describe("the report of drift", () => {
  it("is due where one stack has drifted, whatever became of the others", () => {
    expect(verdict([looked(still), looked(changed)])).to.equal("drift");
    expect(verdict([missing, looked(changed)])).to.equal("drift");
  });

  it("says that there is none only where every stack was looked at", () => {
    expect(verdict([looked(still), looked(still)])).to.equal("none");
    expect(verdict([looked(still), missing])).to.equal("unknown");
    expect(verdict([looked(still), looked(failed)])).to.equal("unknown");
  });

  it("names what was changed, by stack, and what to do", () => {
    const text = driftReport({ looks: [looked(still), looked(changed)], ...context });
    expect(text).to.contain(
      "### <code>staging</code>\n\nTarget <code>redis</code>: **no changes**.",
    );
    expect(text).to.contain("Target <code>redis</code>: **1 changed**.");
    expect(text).to.match(/\| changed \| <code>group<\/code> \| .* \| <code>nodeType<\/code> \|/);
    expect(text).to.contain("To take it back");
  });

  it("tells which stacks could not be looked at", () => {
    expect(driftReport({ looks: [looked(failed), missing], ...context }))
      .to.contain("**Look failed** (exit code 1). No access.")
      .and.contain("**No look at this stack**");
  });
});
