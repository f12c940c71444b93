import { expect } from "chai";
import type { ChainedEvent } from "../../../automation/evidence/chain.ts";
import { sealEvidence } from "../../../automation/evidence/document.ts";
import { renderHtml } from "../../../automation/evidence/html/page.ts";
import { renderMarkdown } from "../../../automation/evidence/markdown.ts";
import { summarise } from "../../../automation/evidence/summary.ts";
import type { Facts } from "../../../automation/step.ts";
import { chainOf, started, memorySigner } from "./sample.ts";

const switched: Facts = {
  step: "switch",
  what: "switch",
  side: "target",
  epoch: 3,
  heldMs: 41.5,
  phasesMs: { draining: 20, turning: 3 },
  attempts: 2,
  strangersKilled: 1,
  closed: { monitor: 2, reader: 1 },
  rollback: { lossless: true },
};
const letGo: Facts = {
  rollback: { lossless: false, since: "2026-11-21T12:00:00.000Z", because: "the link was cut" },
};

function runWith(...more: readonly (readonly [number, string, Facts])[]): ChainedEvent[] {
  return chainOf([[0, "run.started", started], [5, "step.fact", switched], ...more]);
}

const textsOf = async (events: readonly ChainedEvent[]) => {
  const evidence = await sealEvidence(events, memorySigner());
  return [renderMarkdown(evidence), renderHtml(evidence)];
};

describe("a switch in the evidence", () => {
  it("tells how long clients waited, who was killed and who was closed, and why", () => {
    expect(summarise(runWith()).switches).to.deep.equal([
      {
        at: "2026-11-21T11:16:09.000Z",
        side: "target",
        epoch: 3,
        heldMs: 41.5,
        phasesMs: { draining: 20, turning: 3 },
        attempts: 2,
        strangersKilled: 1,
        closed: { monitor: 2, reader: 1 },
      },
    ]);
  });

  it("stands in every form of it", async () => {
    for (const text of await textsOf(runWith())) {
      expect(text).to.contain("Switches of the traffic").and.contain("to the target");
      expect(text).to.contain("draining 20 ms, turning 3 ms");
      expect(text).to.contain("2 monitor, 1 reader");
    }
  });

  it("leaves no trace where there was none", async () => {
    const without = chainOf([[0, "run.started", started]]);
    expect(summarise(without)).not.to.have.any.keys("switches", "rollback");
    for (const text of await textsOf(without)) expect(text).not.to.contain("Switches");
  });
});

describe("whether a rollback is lossless", () => {
  it("is what was said last", async () => {
    expect(summarise(runWith()).rollback).to.deep.equal({ lossless: true });
    for (const text of await textsOf(runWith())) expect(text).to.contain("Rollback: lossless.");
    for (const text of await textsOf(runWith([9, "rollback.noted", letGo]))) {
      expect(text).to.match(
        /Rollback: no longer lossless since .*12:00:00.*, because the link was cut\./,
      );
    }
  });

  it("is not said any more when the step that has no way back has begun", () => {
    const events = runWith([20, "step.started", { step: "retire", attempt: 1 }]);
    expect(summarise(events)).not.to.have.property("rollback");
  });

  it("is not said of a run that has gone back", () => {
    const events = runWith([20, "run.ended", { status: "rolled-back", sentence: "Back." }]);
    expect(summarise(events)).not.to.have.property("rollback");
  });
});

describe("what clients saw", () => {
  const traffic = { clients: 50, writes: 9_000, p99Ms: 8.4, longestStallMs: 92 };
  const more = { p999Ms: 31, longestWaitMs: 118 };
  const bypass = { fencedSince: "2026-11-21T11:40:00.000Z", refused: 12, reached: 0 };
  const seen = (facts: Facts) => textsOf(runWith([30, "traffic", facts]));

  it("has the clients' own longest wait and the thousandth, where they were measured", async () => {
    for (const text of await seen({ ...traffic, ...more }))
      expect(text)
        .to.contain("Longest wait of a client")
        .and.contain("118 ms")
        .and.contain("31 ms");
    for (const text of await seen(traffic)) expect(text).not.to.contain("Longest wait");
  });

  it("says that nobody came past the fence, or how many did", async () => {
    for (const text of await seen({ ...traffic, bypass }))
      expect(text).to.contain("12 attempts to reach it refused, none came through.");
    for (const text of await seen({ ...traffic, bypass: { ...bypass, reached: 3 } }))
      expect(text).to.contain("3 came through.");
  });
});
