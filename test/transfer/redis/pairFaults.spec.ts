import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import type { Side } from "../../../transfer/switch/protocol.ts";
import { rejection } from "../../support/rejection.ts";
import { until } from "../../support/until.ts";
import { fill, tell } from "./pair.ts";
import { SwitchedPair } from "./support/switchedPair.ts";

const QUICK_MS = 1_000;
/** Whoever cannot connect has tried again within so long. */
const RETRIED_MS = 500;

describe("faults of the pair of tails", function () {
  this.timeout(20_000);
  let world: SwitchedPair;

  before(async () => (world = await SwitchedPair.open()));
  afterEach(async () => await world.reset());
  after(async () => await world.close());

  it("ends a drain whose pause never came by its signal, and goes on", async () => {
    await world.start();
    const aborting = new AbortController();
    const draining = world.pair.drain(world.pair.expectSentinel(), aborting.signal);
    aborting.abort(new Error("withdrawn"));
    expect(await rejection(draining)).to.match(/withdrawn/);
    await world.pair.arm("target", true);
    await tell(world.on.source, ["SET", "afterwards", 1]);
    await world.expectSame();
  });

  it("gives a drain up when it is told to arm", async () => {
    await world.start();
    const draining = world.pair.drain(world.pair.expectSentinel(), AbortSignal.timeout(10_000));
    const given = rejection(draining);
    await world.pair.arm("target", true);
    expect(await given).to.match(/given up/);
  });

  it("rejects a drain whose sentinel the lane does not find, and looks at everything again", async () => {
    await world.start();
    const sentinel = world.pair.expectSentinel();
    await tell(world.on.source, ["SET", sentinel.key, sentinel.value], ["DEL", sentinel.key]);
    const draining = world.pair.drain(sentinel, AbortSignal.timeout(10_000));
    expect(await rejection(draining)).to.match(/another server.*try again/);
    await world.pair.catchUp();
    expect(world.rescans).to.include(
      "the lane read from another server than the one that is paused",
    );
  });

  it("rejects a drain at once when the followed server is not watched, and catches up by itself", async () => {
    const link = await world.linkTo("source");
    const pair = await world.start({ source: link.address });
    link.close();
    const began = performance.now();
    expect(await rejection(world.drain())).to.match(/not watched at the moment.*try again/);
    expect(performance.now() - began).to.be.below(QUICK_MS);
    expect(pair.state().rollbackGap!.reason).to.match(/cannot be watched/);
    link.open();
    await world.fences.source.lift();
    await tell(world.on.source, ["SET", "afterwards", 1]);
    await world.expectSame();
    expect(pair.state().rollbackLossless).to.equal(true);
    await world.drain();
  });

  it("turns at once or not at all: the standby must watch, and comes back by itself", async () => {
    const link = await world.linkTo("target");
    const pair = await world.start({ target: link.address });
    expect(await rejection(pair.turn())).to.match(/target is not watched/);
    await pair.prepare();
    await world.drain();
    link.close();
    await until(async () => (await world.watchers("target")) === 0);
    const began = performance.now();
    expect(await rejection(pair.turn())).to.match(
      /target is not watched|connection to the \w+ was lost/,
    );
    expect(performance.now() - began).to.be.below(QUICK_MS);
    await world.fences.source.lift();
    await pair.arm("target", true);
    link.open();
    await pair.prepare();
    await pair.catchUp();
    await world.move();
    expect(world.rescans).to.deep.equal([]);
    await world.expectSame();
  });

  it("cannot prepare where the other side tells of no changes, and goes on", async () => {
    await tell(world.on.target, [
      ...["ACL", "SETUSER", "blind", "on", ">blind", "~*", "&*", "+@all", "-client|tracking"],
    ]);
    const target = { ...world.servers.target.address, username: "blind", password: "blind" };
    await world.start({ target, tail: "tracking" });
    expect(await rejection(world.pair.prepare())).to.match(/refused/);
    await tell(world.on.source, ["SET", "afterwards", 1]);
    await world.expectSame();
  });

  it("stopped while the standby is being opened, connects no more", async () => {
    const link = await world.linkTo("target");
    let connected = 0;
    const admit = async () => void (connected += 1);
    const pair = await world.start({ target: { ...link.address, admit } });
    link.close();
    const preparing = rejection(pair.prepare());
    await delay(RETRIED_MS);
    connected = 0;
    await pair.stop();
    expect(await preparing).to.match(/the tails were stopped/);
    link.open();
    await delay(RETRIED_MS);
    expect(connected).to.equal(0);
  });

  it("looks at everything again when the watch was lost at rest", async () => {
    await fill(world.on.source, 100);
    await world.start();
    await world.turn();
    await tell(world.on.target, ["SET", "heard", 1]);
    await world.killWatchers("target");
    await tell(world.on.target, ["SET", "not heard", 1]);
    await world.pair.arm("source", true);
    await world.expectSame();
    expect(world.rescans).to.deep.equal(["the watch was lost: the server closed the connection"]);
  });

  it("tells when going back would lose writes, since when and why, and ends with that", async () => {
    const checkpoints: Side[] = [];
    await world.start({ onCheckpoint: (_, toward) => void checkpoints.push(toward) });
    await world.move();
    expect(checkpoints.at(-1)).to.equal("source");
    expect(world.pair.state()).not.to.have.property("rollbackGap");
    await tell(world.on.source, ["CONFIG", "SET", "maxmemory", 1]);
    await tell(world.on.target, ["SET", "too much", 1]);
    expect(await rejection(world.pair.done)).to.match(/refused.*OOM/);
    await tell(world.on.source, ["CONFIG", "SET", "maxmemory", 0]);
    const { phase, rollbackLossless, rollbackGap } = world.pair.state();
    expect({ phase, rollbackLossless }).to.deep.equal({
      phase: "stopped",
      rollbackLossless: false,
    });
    expect(rollbackGap!.reason).to.match(/OOM/);
    expect(Date.parse(rollbackGap!.since)).to.be.closeTo(Date.now(), 5_000);
    expect(await rejection(world.pair.arm("source", true))).to.match(/OOM/);
  });
});
