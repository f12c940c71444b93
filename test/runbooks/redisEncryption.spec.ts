import { expect } from "chai";
import { planDocument, planMarkdown, planText } from "../../automation/plan.ts";
import { redisEncryption } from "../../runbooks/redis-encryption.ts";

const ids = (mode: string) => redisEncryption.steps(mode).map(({ id }) => id);
const plan = (mode: string) => planDocument(redisEncryption, mode, new Map());

describe("the ways to move a Redis", () => {
  it("goes through relays unless told otherwise", () => {
    expect(redisEncryption.modes).to.deep.equal(["relay", "live", "offline"]);
  });

  it("puts relays in, fences, switches, and takes them out only when there is no way back any more", () => {
    expect(ids("relay")).to.deep.equal([
      "describe-source",
      "prepare",
      "survey",
      "snapshot",
      "copy",
      "point-at-relay",
      "insert-relay",
      "verify-copy",
      "window",
      "fence-source",
      "switch",
      "cutover",
      "verify-data",
      "deploy-application",
      "validate",
      "soak",
      "validate-soaked",
      "verify-soaked",
      "point-of-no-return",
      "retire-source",
      "stop-tail",
      "delete-source",
      "rotate-token",
      "prune-snapshots",
    ]);
  });

  for (const mode of redisEncryption.modes) {
    it(`${mode}: has a way back from every step before the point of no return, and none behind it but one`, () => {
      const steps = redisEncryption.steps(mode);
      const gate = steps.findIndex(({ id }) => id === "point-of-no-return");
      const final = steps.filter((step) => step.kind === "work" && !step.undo);
      expect(final.every((step) => steps.indexOf(step) > gate)).to.equal(true);
      const behind = steps.slice(gate + 1).filter((step) => !final.includes(step));
      expect(behind.map(({ id }) => id)).to.deep.equal(["retire-source"]);
    });
  }

  it("plans for relays: no standstill, one slow answer, the last step that can be taken back", () => {
    for (const text of [planText(plan("relay")), planMarkdown(plan("relay"))]) {
      expect(text).to.contain("one slow answer of at most 250 ms");
      expect(text).to.contain("the service never stands still");
      expect(text).to.contain("Point of no return: `stop-tail`");
    }
    expect(planText(plan("live"))).to.contain("the service stands still about");
  });
});
