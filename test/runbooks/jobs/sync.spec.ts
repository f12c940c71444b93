import { expect } from "chai";
import { GodwitError } from "../../../automation/errors.ts";
import { beginRecord } from "../../../runbooks/jobs/relays.ts";
import { rejection } from "../../support/rejection.ts";
import { until } from "../../support/until.ts";
import { JobStage, type Execution } from "./jobStage.ts";

describe("the job that copies, tails and switches", function () {
  this.timeout(20_000);
  let stage: JobStage;
  let job: Execution | undefined;

  beforeEach(async () => {
    stage = await JobStage.set();
  });
  afterEach(async () => {
    await job?.end().catch(() => undefined);
    await stage.strike();
  });

  async function live(checkpoint?: Execution["checkpoint"]): Promise<Execution> {
    job = stage.sync(checkpoint);
    const { state } = await untilSo(job, (execution) => execution.state?.phase === "live");
    expect(state!.rollback).to.deep.equal({ lossless: true });
    return job;
  }

  async function untilSo(execution: Execution, isSo: (of: Execution) => boolean) {
    await until(() => isSo(execution));
    return execution;
  }

  /** The tail runs, and a client comes through the relay. */
  async function inserted() {
    await stage.startRelay();
    await stage.call(beginRecord, { ...stage.ends, relays: stage.relays });
    return { execution: await live(), client: stage.client() };
  }

  it("switches the traffic there and back; each side has what was written on the other", async () => {
    const { execution, client } = await inserted();
    const [onSource, onTarget] = [stage.client("source"), stage.client("target")];
    const there = { side: "target", relays: stage.relays };
    await client.set("before", "1");
    await execution.ask("prepareSwitch", there);
    const switched = await execution.ask("switch", there);
    expect(switched).to.deep.include({ side: "target", moved: true, strangersKilled: 0 });
    expect(switched["heldMs"]).to.be.within(0.1, 250);
    expect(switched["phasesMs"]).to.include.keys("holding", "draining", "turning", "settling");
    await client.set("after", "2");
    expect(await onTarget.mget("before", "after")).to.deep.equal(["1", "2"]);
    await until(async () => (await onSource.get("after")) === "2");
    expect(await execution.ask("switch", there)).to.include({ side: "target", moved: false });

    const back = { side: "source", relays: stage.relays };
    await client.set("last", "3");
    await execution.ask("prepareSwitch", back);
    expect(await execution.ask("switch", back)).to.include({ side: "source", moved: true });
    expect(await onSource.mget("before", "after", "last")).to.deep.equal(["1", "2", "3"]);
    expect(await execution.ask("compare")).to.include({ differences: 0, source: 3, target: 3 });
  });

  it("takes the direction from the decision record after a start, not from its memory", async () => {
    const { execution, client } = await inserted();
    const there = { side: "target", relays: stage.relays };
    await execution.ask("prepareSwitch", there);
    const stale = execution.checkpoint;
    expect(stale).to.include({ toward: "target" });
    await execution.ask("switch", there);
    await client.set("written", "on the target");
    await execution.end();

    const joined = await live(stale);
    expect(joined.state).to.include({ toward: "source" });
    const onSource = stage.client("source");
    await until(async () => (await onSource.get("written")) === "on the target");
  });

  it("says who was missing when a switch is withdrawn three times, and where the traffic is", async () => {
    const { execution } = await inserted();
    await execution.ask("prepareSwitch", { side: "target", relays: stage.relays });
    await stage.servers.target.stop();
    const asked = execution.ask("switch", { side: "target", relays: stage.relays });
    const { message, explanation } = (await rejection(asked)) as GodwitError;
    expect(explanation.code).to.equal("switch-withdrawn");
    expect(message).to.match(/to the target was withdrawn 3 times, the last time because .*ready/);
    expect(message).to.contain("The traffic is on the source, by decision");
  });

  it("fails when another mover has taken the move over", async () => {
    const [first, second] = [await live(), await live()];
    const why =
      /another driver \(term 2\) has taken this move over; this one \(term 1\) writes nothing/;
    expect(((await rejection(first.ended)) as Error).message).to.match(why);
    expect(second.state?.phase).to.equal("live");
  });

  it("turns without relays, and goes on that way after a start", async () => {
    let execution = await live();
    const [onSource, onTarget] = [stage.client("source"), stage.client("target")];
    await onSource.set("first", "1");
    expect(await execution.ask("drain")).to.include.keys("writeCommands");
    expect(await onTarget.get("first")).to.equal("1");
    await execution.ask("turn", { toward: "source" });
    expect(execution.checkpoint).to.include({ toward: "source" });
    await execution.end();
    execution = await live(execution.checkpoint);
    await onTarget.set("second", "2");
    await until(async () => (await onSource.get("second")) === "2");
  });
});
