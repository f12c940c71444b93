import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import type { Command } from "../../../transfer/redis/connection.ts";
import { LinkError, RefusedError } from "../../../transfer/redis/errors.ts";
import { openLane, type Lane, type LaneOptions } from "../../../transfer/redis/lane.ts";
import { rejection } from "../../support/rejection.ts";
import { startPair, tell, type Pair } from "./pair.ts";

const LATER = Date.now() + 3_600_123;

/** One key of each type, each with something that is easily lost. */
const world: readonly Command[] = [
  ["SET", "string", "value"],
  ["SET", "expiring", "soon", "PXAT", LATER],
  ["SET", Buffer.from([0, 255, 10, 13, 36]), Buffer.from([13, 10, 0, 36, 43, 13, 10])],
  ["SET", "empty", ""],
  ["HSET", "hash", "a", 1, "b", 2],
  ["SADD", "set", "x", "y", "z"],
  ["RPUSH", "list", "1", "2", "3"],
  ["ZADD", "zset", 0.1, "one", "inf", "two", "-1e300", "three"],
  ["XADD", "stream", "1-1", "field", "value"],
  ["XADD", "stream", "2-1", "field", "value"],
  ["XGROUP", "CREATE", "stream", "group", "0"],
  ["XREADGROUP", "GROUP", "group", "consumer", "COUNT", 1, "STREAMS", "stream", ">"],
  ["PEXPIREAT", "hash", LATER + 1],
];

async function keysOf(pair: Pair): Promise<Buffer[]> {
  return (await pair.onSource.ask("KEYS", "*")) as Buffer[];
}

describe("lane from one Redis to another", function () {
  this.timeout(20_000);
  let pair: Pair;
  const lanes: Lane[] = [];

  before(async () => {
    pair = await startPair();
  });
  after(async () => await pair.stop());
  beforeEach(async () => {
    await tell(pair.onSource, ["FLUSHALL"], ["SELECT", 0], ...world);
    await tell(pair.onTarget, ["FLUSHALL"], ["SELECT", 0]);
  });
  afterEach(() => {
    for (const lane of lanes.splice(0)) lane.close();
  });

  async function open(options: LaneOptions = {}, from = pair): Promise<Lane> {
    const lane = await openLane(from.source.address, from.target.address, options);
    lanes.push(lane);
    return lane;
  }

  async function equal(): Promise<void> {
    const { source, target } = await pair.digests();
    expect(target).to.equal(source);
  }

  it("copies every type, binary keys and values, with expiries to the millisecond", async () => {
    const result = await (await open()).copy(0, await keysOf(pair));
    expect(result).to.deep.include({ copied: 9, removed: 0, large: [] });
    expect(await pair.onTarget.ask("PEXPIRETIME", "expiring")).to.equal(LATER);
    await equal();
  });

  it("copies 16 databases, whatever order they come in", async () => {
    const lane = await open();
    const copies = Array.from({ length: 16 }, async (_, db) => {
      await pair.onSource.batch([
        ["SELECT", db],
        ["SET", "where", String(db)],
      ]);
      return lane.copy(db, [Buffer.from("where"), Buffer.from("nowhere")]);
    });
    copies.push(lane.copy(0, await keysOf(pair)));
    await Promise.all(copies);
    await pair.onSource.ask("SELECT", 0);
    await lane.copy(0, await keysOf(pair));
    await equal();
  });

  it("replaces what the target has, and removes what the source does not have", async () => {
    await tell(pair.onTarget, ["RPUSH", "string", "another type"], ["SET", "gone", "1"]);
    const keys = [...(await keysOf(pair)), Buffer.from("gone")];
    expect(await (await open()).copy(0, keys)).to.deep.include({ removed: 1 });
    await equal();
  });

  it("lets the later of two calls for a key stand", async () => {
    const lane = await open();
    const key = Buffer.from("counter");
    const calls: Promise<unknown>[] = [];
    for (let i = 0; i < 200; i++) {
      calls.push(lane.copy(i % 2, await keysOf(pair)), lane.copy(0, [key]));
      await pair.onSource.ask("INCR", "counter");
    }
    calls.push(lane.copy(0, [key]));
    await Promise.all(calls);
    expect(String(await pair.onTarget.ask("GET", "counter"))).to.equal("200");
  });

  it("streams values through that are longer than a chunk, and small ones after them", async () => {
    await tell(
      pair.onSource,
      ["SET", "long", randomBytes(5_000_000)],
      ["SET", "longer", randomBytes(7_000_000)],
    );
    const lane = await open();
    const { bytes } = await lane.copy(0, await keysOf(pair));
    expect(bytes).to.be.greaterThan(12_000_000);
    expect(lane.bytesInFlight).to.equal(0);
    await equal();
  });

  it("leaves large keys to be copied in pieces", async () => {
    await tell(pair.onSource, ["SET", "large", randomBytes(300_000)]);
    const result = await (await open({ largeAbove: 200_000 })).copy(0, await keysOf(pair));
    expect(result.large.map(String)).to.deep.equal(["large"]);
    expect(await pair.onTarget.ask("EXISTS", "large", "string")).to.equal(1);
  });

  it("bounds what it and the source hold while the target does not answer", async () => {
    const key = Buffer.from("megabyte");
    await tell(pair.onSource, ["SET", key, randomBytes(1_000_000)]);
    const lane = await open();
    await pair.onTarget.ask("CLIENT", "PAUSE", 1_000, "WRITE");
    const copies = Promise.all(Array.from({ length: 100 }, () => lane.copy(0, [key])));
    while (lane.bytesInFlight < 1_000_000) await delay(5);
    await delay(200);
    expect(lane.bytesInFlight).to.be.lessThan(12_000_000);
    const clients = String(await pair.onSource.ask("CLIENT", "LIST"));
    const waiting = [...clients.matchAll(/ omem=(\d+)/g)].map(([, bytes]) => Number(bytes));
    expect(Math.max(...waiting)).to.be.lessThan(12_000_000);
    await copies;
  });

  it("ends the connection that it replaces before anything else", async () => {
    const old = await open();
    const { clientId } = old.identity;
    const lost = rejection(old.copy(0, [Buffer.from("string")]).then(() => untilLost(old)));
    await open({ replaces: old.identity });
    const list = String(await pair.onTarget.ask("CLIENT", "LIST"));
    expect(list).not.to.match(new RegExp(`^id=${clientId} `, "m"));
    expect(await lost).to.be.instanceOf(LinkError);
  });

  it("does not end a client of another server process that has the same number", async () => {
    const bystander = await pair.onTarget.ask("CLIENT", "ID");
    await open({ replaces: { runId: "another process", clientId: bystander as number } });
    expect(String(await pair.onTarget.ask("PING"))).to.equal("PONG");
  });

  it("says which side's connection was lost, and rejects all that was not acknowledged", async () => {
    for (const [side, server] of [
      ["source", pair.onSource],
      ["target", pair.onTarget],
    ] as const) {
      const lane = await open();
      const copying = Promise.all([untilLost(lane), untilLost(lane)]);
      await server.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      expect(await rejection(copying))
        .to.be.instanceOf(LinkError)
        .and.include({ side });
      expect(await rejection(lane.copy(0, []))).to.be.instanceOf(LinkError);
    }
  });

  /** Copies again and again until the lane fails. */
  async function untilLost(lane: Lane): Promise<never> {
    for (;;) await lane.copy(0, [Buffer.from("string")]);
  }
});

describe("lane where a server refuses", function () {
  this.timeout(20_000);
  let pair: Pair;
  afterEach(async () => await pair.stop());

  async function copyAll(): Promise<unknown> {
    await tell(pair.onSource, ...world);
    const lane = await openLane(pair.source.address, pair.target.address);
    try {
      return await lane.copy(0, await keysOf(pair));
    } finally {
      lane.close();
    }
  }

  it("stops with the target's word when it has no memory left", async () => {
    pair = await startPair({ target: ["--maxmemory", "1mb"] });
    const refused = await rejection(copyAll());
    expect(refused).to.be.instanceOf(RefusedError).and.include({ side: "target", code: "OOM" });
  });

  it("takes a target that has become a replica for a lost link, since a failover passes", async () => {
    pair = await startPair();
    await tell(pair.onTarget, ["REPLICAOF", "127.0.0.1", "1"]);
    const lost = await rejection(copyAll());
    expect(lost).to.be.instanceOf(LinkError).and.include({ side: "target" });
    expect(String(lost)).to.contain("READONLY");
  });

  it("keeps expiries within a second where the source does not know PEXPIRETIME", async () => {
    pair = await startPair({ source: ["--rename-command", "PEXPIRETIME", ""] });
    await copyAll();
    expect(await pair.onTarget.ask("PEXPIRETIME", "expiring")).to.be.closeTo(LATER, 1_000);
    expect(await pair.onTarget.ask("PEXPIRETIME", "string")).to.equal(-1);
  });

  it("works where the source tells no sizes, and as a user who may only read", async () => {
    pair = await startPair({ source: ["--rename-command", "MEMORY", ""] });
    await tell(
      pair.onSource,
      // prettier-ignore
      ["ACL", "SETUSER", "reader", "on", ">secret", "~*", "+dump", "+pexpiretime", "+select", "+info"],
    );
    await tell(pair.onSource, ...world);
    const address = { ...pair.source.address, username: "reader", password: "secret" };
    const lane = await openLane(address, pair.target.address);
    await lane.copy(0, await keysOf(pair));
    lane.close();
    const { source, target } = await pair.digests();
    expect(target).to.equal(source);
  });

  it("does not take an impossible address for a link that comes back", async () => {
    pair = await startPair();
    const nowhere = { ...pair.target.address, port: 70_000 };
    const refused = await rejection(openLane(pair.source.address, nowhere));
    expect(refused).to.be.instanceOf(RefusedError).and.include({ side: "target" });
  });
});
