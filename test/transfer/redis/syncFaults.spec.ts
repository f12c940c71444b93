import { expect } from "chai";
import type { LiveSync } from "../../../transfer/redis/sync.ts";
import { rejection } from "../../support/rejection.ts";
import { until } from "../../support/until.ts";
import { fill, tell } from "./pair.ts";
import { expectEqual } from "./support/equality.ts";
import { LinkedPair } from "./support/linked.ts";
import { Writer } from "./support/writer.ts";

const KEYS = 20_000;
const FLAGS = ["--notify-keyspace-events", "KA", "--repl-diskless-sync-delay", "0"];

describe("faults of a live copy", function () {
  this.timeout(30_000);
  let linked: LinkedPair;

  beforeEach(async () => {
    linked = await LinkedPair.start(...FLAGS);
  });
  afterEach(async () => await linked.stop());

  const reasons = (live: LiveSync) => live.state().rescans.map(({ reason }) => reason);

  it("recovers from links that are cut during the copy", async () => {
    const { pair } = linked;
    await fill(pair.onSource, KEYS);
    const live = await linked.copy();
    for (let i = 0; i < 6; i++) {
      const before = live.state().keys;
      await until(() => live.state().keys > before || live.state().phase !== "copying");
      (i % 2 === 0 ? linked.source : linked.target).cut();
    }
    await live.drain();
    await expectEqual(pair);
  });

  it("recovers from links that are cut while it follows", async () => {
    const { pair } = linked;
    const live = await linked.copy();
    const writer = await Writer.start(pair.source.address);
    for (let i = 0; i < 6; i++) {
      const before = live.state().changes;
      await until(() => live.state().changes > before + 500);
      (i % 2 === 0 ? linked.source : linked.target).cut();
    }
    await writer.stop();
    await live.drain();
    expect(reasons(live)).to.deep.equal(["the watch was lost: the server closed the connection"]);
    await expectEqual(pair);
  });

  it("copies again what a cut link to the target has not acknowledged, without a scan", async () => {
    const { pair } = linked;
    const live = await linked.copy();
    const writer = await Writer.start(pair.source.address);
    for (let i = 0; i < 10; i++) {
      const before = live.state();
      await until(() => live.state().changes > before.changes + 500);
      await until(() => live.state().lag.keys > 0);
      linked.target.cut();
      await until(() => live.state().reconnects > before.reconnects);
    }
    await writer.stop();
    await live.drain();
    expect(reasons(live)).to.deep.equal([]);
    await expectEqual(pair);
  });

  it("copies and follows over slow links", async () => {
    const { pair } = linked;
    await fill(pair.onSource, KEYS);
    linked.source.slow(15);
    linked.target.slow(15);
    const live = await linked.copy();
    const writer = await Writer.start(pair.source.address, 1_000);
    await until(() => live.state().phase === "live");
    await writer.stop();
    await live.drain();
    await expectEqual(pair);
  });

  it("says what is left when a drain cannot end, and ends it when the target is back", async () => {
    const { pair } = linked;
    const live = await linked.copy();
    await live.drain();
    linked.target.close();
    await tell(pair.onSource, ["SET", "late", 1]);
    expect(await rejection(live.drain({ timeoutMs: 300 }))).to.match(/300 ms.*changed keys/);
    linked.target.open();
    await live.drain();
    await expectEqual(pair);
  });

  it("recovers when the subscription is lost at 5,000 writes a second", async () => {
    const { pair } = linked;
    const live = await linked.copy();
    const writer = await Writer.start(pair.source.address, 5_000);
    for (let i = 0; i < 5; i++) {
      const before = live.state().reconnects;
      const clients = String(await pair.onSource.ask("CLIENT", "LIST"));
      // The flags of a connection in broadcast mode.
      const [, id] = /^id=(\d+) .* flags=\w*B\w* /m.exec(clients)!;
      await tell(pair.onSource, ["CLIENT", "KILL", "ID", id!]);
      await until(() => live.state().reconnects > before && live.state().watch !== undefined);
    }
    await writer.stop();
    await live.drain();
    await expectEqual(pair);
  });

  it("recovers when the server drops a subscriber that reads too slowly", async () => {
    const { pair } = linked;
    await tell(pair.onSource, [
      ...["CONFIG", "SET", "client-output-buffer-limit", "pubsub 200kb 0 0"],
    ]);
    const live = await linked.copy({ tail: "notifications" });
    await live.drain();
    await fill(pair.onSource, KEYS);
    await live.drain();
    expect(reasons(live)).to.include("the watch was lost: the server closed the connection");
    await expectEqual(pair);
  });

  it("scans ranges again when more keys change than it holds by name", async () => {
    const { pair } = linked;
    const live = await linked.copy({ dirtyBounds: { keys: 1_000, bytes: 1_000_000 } });
    await live.drain();
    await fill(pair.onSource, KEYS);
    await tell(pair.onSource, ["SET", "last", 1]);
    await live.drain();
    expect(reasons(live)).to.deep.equal(["too many changed keys"]);
    await expectEqual(pair);
  });

  it("copies while keys expire by the thousand", async () => {
    const { pair } = linked;
    await fill(pair.onSource, KEYS, "redis.call('SET', key, i, 'PX', 50 + i % 700)");
    const live = await linked.copy();
    await until(async () => (await pair.onSource.ask("DBSIZE")) === 0);
    await live.drain();
    expect(await pair.onTarget.ask("DBSIZE")).to.equal(0);
  });

  for (const tail of ["tracking", "notifications", "replication"] as const) {
    it(`survives FLUSHALL in the middle of the copy and of the tail, with ${tail}`, async () => {
      const { pair } = linked;
      await fill(pair.onSource, KEYS);
      const live = await linked.copy({ tail });
      await until(() => live.state().keys > 0);
      await tell(pair.onSource, ["FLUSHALL"]);
      await fill(pair.onSource, 500, "redis.call('SET', 'second:' .. i, i)");
      await live.drain();
      await expectEqual(pair);
      await tell(pair.onSource, ["FLUSHALL"], ["SET", "third", 1]);
      await live.drain();
      await expectEqual(pair);
    });
  }

  it("recovers from a failover of the source to a replica that was behind", async () => {
    const { pair } = linked;
    await fill(pair.onSource, 1_000);
    const replica = await linked.replicaOf(pair.source);
    const live = await linked.copy();
    await live.drain();
    // From here on the replica lacks what the source has and the target gets.
    await tell(replica.admin, ["CONFIG", "SET", "masterauth", "wrong"]);
    await tell(replica.admin, ["REPLICAOF", "NO", "ONE"], ["REPLICAOF", "127.0.0.1", 1]);
    await tell(pair.onSource, ["SET", "never replicated", 1], ["DEL", "key:1"]);
    await live.drain();
    linked.source.leadTo(replica.server.address);
    await tell(replica.admin, ["REPLICAOF", "NO", "ONE"], ["SET", "after", 1]);
    await live.drain();
    await expectEqual({ source: replica.server, target: pair.target });
    expect(await pair.onTarget.ask("EXISTS", "never replicated")).to.equal(0);
  });

  it("recovers from a failover of the target to a replica that was behind", async () => {
    const { pair } = linked;
    await fill(pair.onSource, 1_000);
    const replica = await linked.replicaOf(pair.target);
    const live = await linked.copy();
    await live.drain();
    await tell(replica.admin, ["REPLICAOF", "127.0.0.1", 1]);
    await tell(pair.onSource, ["SET", "lost", 1], ["DEL", "key:1"]);
    await live.drain();
    linked.target.leadTo(replica.server.address);
    // For a moment the name leads to a server that takes no writes.
    await tell(pair.onSource, ["SET", "meanwhile", 1]);
    await tell(replica.admin, ["REPLICAOF", "NO", "ONE"]);
    await live.drain();
    expect(reasons(live)).to.include("the target is another server");
    await expectEqual({ source: pair.source, target: replica.server });
  });

  it("goes on with replication where it was, without a scan", async () => {
    const { pair } = linked;
    await fill(pair.onSource, 1_000);
    const live = await linked.copy({ tail: "replication" });
    await live.drain();
    linked.source.close();
    await tell(pair.onSource, ["SET", "meanwhile", 1], ["DEL", "key:1"]);
    linked.source.open();
    await live.drain();
    expect(reasons(live)).to.deep.equal([]);
    await expectEqual(pair);
  });
});
