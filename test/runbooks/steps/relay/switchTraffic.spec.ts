import { expect } from "chai";
import { failure, type GodwitError } from "../../../../automation/errors.ts";
import type { Facts } from "../../../../automation/step.ts";
import { switchTraffic } from "../../../../runbooks/steps/relay/switchTraffic.ts";
import { rejection } from "../../../support/rejection.ts";
import { relay, RelayRun } from "./relayRun.ts";

const switched = {
  side: "target",
  epoch: 3,
  moved: true,
  attempts: 1,
  heldMs: 41.5,
  phasesMs: { holding: 4, draining: 20, turning: 3, settling: 5 },
  strangersKilled: 0,
  strangers: [],
  rollback: { lossless: true },
};

describe("switching the traffic", () => {
  let run: RelayRun;
  beforeEach(async () => {
    run = await RelayRun.start();
    run.answers["sync?prepareSwitch"] = {};
    run.answers["sync?switch"] = () => {
      const { side } = switched;
      run.relays(
        relay("relay-1", { side: "target", clients: 3, closed: { reader: 1, monitor: 2 } }),
        relay("relay-2", { side: "target", clients: 4, closed: { monitor: 1 }, lastHoldMs: 38.2 }),
      );
      return { ...switched, side };
    };
    run.relays(
      relay("relay-1", { clients: 3, closed: { reader: 1 } }),
      relay("relay-2", { clients: 4 }),
    );
  });
  afterEach(() => run.close());

  it("asks the mover and records what came of it", async () => {
    await run.do(switchTraffic());
    expect(run.asked.filter((each) => each.startsWith("sync"))).to.deep.equal([
      "sync?prepareSwitch target",
      "sync?switch target",
    ]);
    expect(run.recorded).to.deep.equal([
      {
        type: "step.fact",
        key: "switch:3",
        what: "switch",
        ...switched,
        closed: { monitor: 3 },
        relays: { "relay-2": 38.2 },
      },
    ]);
  });

  it("takes the relays' word for how long it took when the mover that led it was killed", async () => {
    run.answers["sync?switch"] = () => {
      run.relays(
        relay("relay-1", { side: "target", lastHoldMs: 41 }),
        relay("relay-2", { side: "target", lastHoldMs: 1_020 }),
      );
      return { ...switched, moved: false, heldMs: 0, phasesMs: {} };
    };
    expect(await run.do(switchTraffic())).to.include({ heldMs: 1_020 });
  });

  it("fails when a relay does not come to serve the target", async () => {
    const served = relay("relay-2", { side: "target" });
    run.answers["sync?switch"] = () => {
      run.relays(relay("relay-1", { phase: "holding" }), served);
      return switched;
    };
    const { message } = (await rejection(run.do(switchTraffic()))) as GodwitError;
    expect(message).to.contain("relay-1 (10.0.1.7) is holding, on the source");
  });

  it("fails when a relay has been told of the target but cannot take its clients there", async () => {
    const served = relay("relay-2", { side: "target" });
    run.answers["sync?switch"] = () => {
      run.relays(relay("relay-1", { side: "target", forwarding: "source" }), served);
      return switched;
    };
    const { message } = (await rejection(run.do(switchTraffic()))) as GodwitError;
    expect(message).to.contain("relay-1 (10.0.1.7) is serving, on the target, still at the source");
  });

  it("counts the closed clients of a relay that was started anew from nothing", async () => {
    run.answers["sync?switch"] = () => {
      const anew = { side: "target", startedAt: "2026-11-21T11:00:00.000Z" } as const;
      run.relays(
        relay("relay-1", { ...anew, closed: { reader: 1 } }),
        relay("relay-2", { side: "target" }),
      );
      return switched;
    };
    await run.do(switchTraffic());
    expect(run.recorded[0]!["closed"]).to.deep.equal({ reader: 1 });
  });

  describe("does not begin", () => {
    const refused = async (code: string): Promise<string> => {
      const error = (await rejection(run.do(switchTraffic()))) as GodwitError;
      expect(error.explanation.code).to.equal(code);
      expect(run.asked).not.to.include("sync?switch target");
      expect(run.checkpoint).to.equal(undefined);
      return error.message;
    };

    it("while a relay cannot be reached", async () => {
      run.relays(relay("relay-1"), {
        name: "relay-2",
        address: "10.0.2.7",
        unreachable: "it does not answer",
      });
      expect(await refused("relays-not-ready")).to.contain("relay-2 (10.0.2.7) cannot be reached");
    });

    it("while a client bypasses the relays", async () => {
      run.answers["strangers"] = { strangers: 1, clients: "10.0.9.1:4711 (cron) set" };
      expect(await refused("relays-bypassed")).to.contain("10.0.9.1:4711 (cron) set");
    });

    it("while the tail does not follow", async () => {
      const lag = { keys: 900, ms: 4_000 };
      run.answers["sync?state"] = { phase: "catching-up", keys: 10, lag, keysPerSecond: 5 };
      expect(await refused("deadline")).to.contain("the copy; last seen: catching-up");
    });
  });

  describe("back", () => {
    const back: Facts = { ...switched, side: "source", epoch: 4 };
    beforeEach(() => {
      run.checkpoint = { asked: true };
      run.answers["sync?switch"] = () => {
        run.relays(relay("relay-1"), relay("relay-2"));
        return back;
      };
      run.answers["sync?compare"] = { source: 5, target: 5, differences: 0, sample: [] };
    });

    it("switches to the source and compares every key", async () => {
      await run.undo(switchTraffic());
      expect(run.asked.filter((each) => each.startsWith("sync"))).to.deep.equal([
        "sync?prepareSwitch source",
        "sync?switch source",
        "sync?compare",
      ]);
      expect(run.recorded[0]).to.include({ what: "switch", side: "source", epoch: 4 });
    });

    it("fails when a key differs", async () => {
      const sample = [{ db: 0, kind: "value", keyDigest: "0123456789abcdef" }];
      run.answers["sync?compare"] = { source: 5, target: 5, differences: 1, sample };
      const error = (await rejection(run.undo(switchTraffic()))) as GodwitError;
      expect(error.explanation.code).to.equal("data-differs");
    });

    it("says so when it is withdrawn, and compares nothing", async () => {
      run.answers["sync?switch"] = () => {
        throw failure("switch-withdrawn", "relay-1 did not hold.", "", "");
      };
      const error = (await rejection(run.undo(switchTraffic()))) as GodwitError;
      expect(error.explanation.code).to.equal("switch-withdrawn");
      expect(run.asked).not.to.include("sync?compare");
    });

    it("does nothing when no switch was ever asked for", async () => {
      run.checkpoint = undefined;
      await run.undo(switchTraffic());
      expect(run.asked).to.deep.equal([]);
    });
  });
});
