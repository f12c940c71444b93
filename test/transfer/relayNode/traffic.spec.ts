import { expect } from "chai";
import type { RedisAddress } from "../../../transfer/redis/connection.ts";
import type { Relay } from "../../../transfer/relay/relay.ts";
import { Traffic } from "../../../transfer/relayNode/traffic.ts";
import type { Side } from "../../../transfer/switch/protocol.ts";
import { until } from "../../support/until.ts";

const addresses = { source: { host: "source", port: 1 }, target: { host: "target", port: 2 } };

/** A relay whose holds and switches end when the test says so. */
class SlowRelay {
  state = "open";
  upstream: RedisAddress = addresses.source;
  quiet = () => {};
  broken = () => {};
  switched = () => {};

  hold(): Promise<void> {
    this.state = "holding";
    return new Promise((resolve, reject) => {
      this.quiet = resolve;
      this.broken = () => reject(new Error("released"));
    });
  }

  async switchTo(address: RedisAddress): Promise<{ failed: number }> {
    await new Promise<void>((resolve) => (this.switched = resolve));
    this.upstream = address;
    return { failed: 0 };
  }

  release(): void {
    this.state = "open";
    this.broken();
  }
}

describe("a relay's traffic", () => {
  let relay: SlowRelay;
  let traffic: Traffic;
  let released: Side[];

  beforeEach(() => {
    relay = new SlowRelay();
    released = [];
    traffic = new Traffic({
      relay: relay as unknown as Relay<RedisAddress>,
      addresses,
      failed: async () => false,
      released: (side) => released.push(side),
    });
  });

  it("goes to the other side only when nothing is under way on the first", async () => {
    void traffic.stop();
    let switching = false;
    relay.switchTo = async (address) => {
      switching = true;
      relay.upstream = address;
      return { failed: 0 };
    };
    traffic.release("target");
    await new Promise(setImmediate);
    expect(switching).to.equal(false);
    relay.quiet();
    await until(() => released.length > 0);
    expect(released).to.deep.equal(["target"]);
  });

  it("stays held when it is told so while it is led to the other side", async () => {
    const stopped = traffic.stop();
    relay.quiet();
    expect(await stopped).to.equal(true);
    traffic.release("target");
    await new Promise(setImmediate);
    expect(await traffic.stop()).to.equal(true);
    relay.switched();
    await until(() => traffic.forwarding === "target");
    await new Promise(setImmediate);
    expect(released).to.deep.equal([]);
    traffic.release("target");
    expect(relay.state).to.equal("open");
  });

  it("goes where it was told last", async () => {
    void traffic.stop();
    relay.quiet();
    traffic.release("target");
    await new Promise(setImmediate);
    traffic.release("source");
    relay.switched();
    await until(() => traffic.forwarding === "target");
    await new Promise(setImmediate);
    relay.switched();
    await until(() => released.length > 0);
    expect(released).to.deep.equal(["source"]);
  });

  it("has not stopped when it is told to stay before all is quiet", async () => {
    const stopped = traffic.stop();
    traffic.release("source");
    expect(await stopped).to.equal(false);
    expect(released).to.deep.equal(["source"]);
  });
});
