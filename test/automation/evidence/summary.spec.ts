import { expect } from "chai";
import type { StepRecord } from "../../../automation/evidence/steps.ts";
import { pointOfNoReturn } from "../../../automation/evidence/steps.ts";
import { summarise } from "../../../automation/evidence/summary.ts";
import { chainOf, completedRun, started } from "./sample.ts";

const stepOf = (plan: readonly StepRecord[], id: string) => plan.find((step) => step.id === id)!;

describe("the summary of a run", () => {
  it("takes the header from the first event and the end from the last", () => {
    expect(summarise(completedRun())).to.deep.include({
      run: "20261121-a1b2c3",
      runbook: "redis-encryption",
      mode: "offline",
      stack: "rehearsal",
      scale: "small",
      startedBy: "ada",
      startedAt: "2026-11-21T11:16:04.000Z",
      endedAt: "2026-11-21T11:16:39.000Z",
      status: "completed",
      sentence: "Every step has succeeded.",
      toolVersions: {
        "runbook protocol": "1",
        node: "20.20.2",
        pulumi: "3.255.0",
        redis: "7.0.15",
      },
    });
  });

  it("tells what became of each step, of the last attempt", () => {
    const { plan } = summarise(completedRun());
    expect(plan.map(({ status }) => status)).to.deep.equal(plan.map(() => "succeeded"));
    expect(stepOf(plan, "build-target")).to.include({
      attempts: 2,
      durationMs: 8400,
      error: undefined,
    });
    expect(stepOf(plan, "soak")).to.include({ durationMs: 9000, soakMs: 86_400_000 });
    expect(stepOf(plan, "window")).to.include({ attempts: 1, durationMs: 3000 });
  });

  it("finds the step that cannot be taken back", () => {
    expect(pointOfNoReturn(summarise(completedRun()).plan)?.id).to.equal("retire");
  });

  it("collects approvals, stack updates, verifications, cost and traffic", () => {
    const summary = summarise(completedRun());
    expect(summary.approvals).to.deep.equal([
      {
        gate: "window",
        asks: "The maintenance window is open and users know.",
        by: "grace",
        at: "2026-11-21T11:16:19.000Z",
      },
    ]);
    expect(summary.stackUpdates[0]).to.deep.equal({
      step: "build-target",
      stage: "prepare",
      changes: { same: 2, create: 14 },
      durationMs: 7900,
      repaired: "lock: cancelled, pending: 1",
    });
    expect(summary.verification).to.have.lengthOf(1);
    expect(summary.traffic).to.include({
      longestStallMs: 21_840,
      longestStallDuring: "stop-writes",
      lostWrites: 0,
      errors: 214,
    });
    expect(summary.cost?.during?.map(({ monthly }) => monthly)).to.deep.equal([12.26, 0.64]);
    expect(summary.cost?.after.map(({ monthly }) => monthly)).to.deep.equal([24.82, 1, 0.5]);
  });

  it("keeps the last word on a criterion", () => {
    const { criteria } = summarise(
      chainOf([
        [0, "run.started", started],
        [1, "criterion", { id: "logs", title: "No errors", met: false, proof: "3 lines" }],
        [2, "criterion", { id: "auth", title: "AUTH", met: true, proof: { flag: true } }],
        [3, "criterion", { id: "logs", title: "No errors", met: true, proof: "0 lines" }],
      ]),
    );
    expect(criteria).to.deep.equal([
      { id: "logs", title: "No errors", met: true, proof: "0 lines" },
      { id: "auth", title: "AUTH", met: true, proof: "flag: true" },
    ]);
  });

  it("states what a rehearsal cannot show, unless the run states its own limits", () => {
    const limitsOf = (data: object) =>
      summarise(chainOf([[0, "run.started", { ...started, ...data }]])).limits;
    expect(limitsOf({})).to.have.lengthOf(4);
    expect(limitsOf({ rehearsal: false })).to.deep.equal([]);
    expect(limitsOf({ limits: ["The weather."] })).to.deep.equal(["The weather."]);
  });

  describe("of a run that has not ended well", () => {
    const until = (...events: Parameters<typeof chainOf>[0]) =>
      summarise(chainOf([[0, "run.started", started], ...events]));

    it("waits at a gate", () => {
      const summary = until(
        [1, "step.started", { step: "window", attempt: 1 }],
        [1, "gate.waiting", { gate: "window", asks: "Ready?" }],
      );
      expect(summary).to.include({ status: "waiting", sentence: "The run waits at gate window." });
      expect(summary.endedAt).to.equal(undefined);
    });

    it("says of a failed step what happened, in what state things are and what to do", () => {
      const error = { code: "x", what: "It broke.", state: "Nothing changed.", next: "Mend it." };
      const { plan, status } = until(
        [1, "step.started", { step: "build-target", attempt: 1 }],
        [2, "step.failed", { step: "build-target", error, durationMs: 1000 }],
        [2, "run.ended", { status: "failed", sentence: "No." }],
      );
      expect(status).to.equal("failed");
      expect(stepOf(plan, "build-target").error).to.equal("It broke. Nothing changed. Mend it.");
      expect(stepOf(plan, "retire").status).to.equal("not-run");
    });

    it("runs again once it is resumed", () => {
      const { status } = until(
        [2, "run.ended", { status: "failed", sentence: "No." }],
        [3, "run.resumed", { by: "ada" }],
      );
      expect(status).to.equal("running");
    });

    it("does not run again because something is compared after its end", () => {
      const { status } = until(
        [2, "run.ended", { status: "completed", sentence: "Yes." }],
        [3, "verification", { what: "redis", source: 1, target: 1, differences: 0 }],
      );
      expect(status).to.equal("completed");
    });

    it("names steps that were undone or could not be", () => {
      const { plan } = until(
        [1, "step.started", { step: "check-source", attempt: 1 }],
        [2, "step.undone", { step: "check-source", durationMs: 5 }],
        [3, "step.started", { step: "build-target", attempt: 1 }],
        [4, "step.undo-failed", { step: "build-target", error: { what: "Denied." } }],
      );
      expect(plan.slice(0, 2).map(({ status }) => status)).to.deep.equal(["undone", "undo-failed"]);
    });
  });

  it("refuses events that do not begin with the start of a run", () => {
    expect(() => summarise([])).to.throw("do not begin with run.started");
    expect(() => summarise(completedRun().slice(1))).to.throw("do not begin with run.started");
  });
});
