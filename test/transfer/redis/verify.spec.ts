import { expect } from "chai";
import { RedisConnection, type Command } from "../../../transfer/redis/connection.ts";
import { copyServer } from "../../../transfer/redis/copy.ts";
import { LinkError, RefusedError } from "../../../transfer/redis/errors.ts";
import { compareServers } from "../../../transfer/redis/verify.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";
import { rejection } from "../../support/rejection.ts";

/** One key of each type, some with an expiry, in two databases, with binary names and values. */
const world: readonly Command[] = [
  ["SELECT", 0],
  ["SET", "string", "value"],
  ["SET", Buffer.from([0, 255, 10, 13]), Buffer.from([1, 0, 2])],
  ["SET", "expiring", "soon", "PX", 3_600_000],
  ["HSET", "hash", "a", 1, "b", 2],
  ["SADD", "set", "x", "y", "z"],
  ["RPUSH", "list", "1", "2", "3"],
  ["ZADD", "zset", 1.5, "one", 2.5, "two"],
  ["XADD", "stream", "1-1", "field", "value"],
  ["XADD", "stream", "2-1", "field", "value"],
  ["XGROUP", "CREATE", "stream", "group", "0"],
  ["XREADGROUP", "GROUP", "group", "consumer", "COUNT", 1, "STREAMS", "stream", ">"],
  ["SELECT", 3],
  ["SET", "elsewhere", "1"],
];

describe("comparing and copying Redis servers", function () {
  this.timeout(20_000);
  let source: RedisServer;
  let target: RedisServer;

  beforeEach(async () => {
    // The target keeps even small collections as hash tables: equal content, other bytes.
    [source, target] = await Promise.all([
      startRedis(),
      startRedis("--zset-max-listpack-entries", "0", "--hash-max-listpack-entries", "0"),
    ]);
    await tell(source, ...world);
    await copyServer(source.address, target.address);
  });
  afterEach(async () => {
    await Promise.all([source.stop(), target.stop()]);
  });

  async function tell(server: RedisServer, ...commands: Command[]): Promise<void> {
    const connection = await RedisConnection.open(server.address);
    for (const command of commands) await connection.ask(...command);
    connection.close();
  }

  const compare = () => compareServers(source.address, target.address);

  it("finds a copy equal, whatever its encoding", async () => {
    expect(await compare()).to.deep.include({ source: 9, target: 9, differences: 0 });
  });

  const edits: readonly { what: string; kind: string; edit: Command[] }[] = [
    { what: "a missing key", kind: "missing on target", edit: [["DEL", "string"]] },
    { what: "an extra key", kind: "only on target", edit: [["SET", "extra", "1"]] },
    {
      what: "an extra database",
      kind: "only on target",
      edit: [
        ["SELECT", 9],
        ["SET", "x", "1"],
      ],
    },
    { what: "another string", kind: "value", edit: [["SET", "string", "other"]] },
    {
      what: "another type",
      kind: "value",
      edit: [
        ["DEL", "set"],
        ["RPUSH", "set", "x", "y", "z"],
      ],
    },
    { what: "another field", kind: "value", edit: [["HSET", "hash", "a", 9]] },
    { what: "another member", kind: "value", edit: [["SADD", "set", "w"]] },
    { what: "another order", kind: "value", edit: [["RPOPLPUSH", "list", "list"]] },
    { what: "another score", kind: "value", edit: [["ZADD", "zset", 9, "one"]] },
    { what: "an acknowledged entry", kind: "value", edit: [["XACK", "stream", "group", "1-1"]] },
    { what: "a lost expiry", kind: "expiry", edit: [["PERSIST", "expiring"]] },
    {
      what: "an expiry off by more than a second",
      kind: "expiry",
      edit: [["PEXPIRE", "expiring", 3_605_000]],
    },
  ];
  for (const { what, kind, edit } of edits) {
    it(`finds ${what}`, async () => {
      await tell(target, ...edit);
      const { differences, sample } = await compare();
      expect(differences).to.equal(1);
      expect(sample[0]).to.include({ kind });
      expect(JSON.stringify(sample)).not.to.contain("string");
    });
  }

  it("takes no key that expires meanwhile for a difference", async () => {
    const soon = Array.from({ length: 1_000 }, (_, i): Command => {
      return ["SET", `brief:${i}`, "1", "PXAT", Date.now() + 100 + (i % 100)];
    });
    await Promise.all([tell(source, ...soon), tell(target, ...soon)]);
    expect((await compare()).differences).to.equal(0);
  });

  it("counts a key once that goes away between the two directions", async () => {
    await tell(target, ["PERSIST", "expiring"]);
    for (const server of [source, target]) await tell(server, ["SELECT", 3], ["FLUSHDB"]);
    const other = await RedisConnection.open(source.address);
    // The only page of the source has been compared then, and the target has not been looked through.
    const onProgress = () => void other.send(["DEL", "expiring"]);
    const found = await compareServers(source.address, target.address, { onProgress });
    other.close();
    expect(found.sample.map(({ kind }) => kind)).to.deep.equal(["expiry"]);
    expect(found).to.include({ target: 8, differences: 1 });
  });

  it("takes a key for gone on both sides that is about to expire where it is left", async () => {
    await tell(source, ["SET", "ending", "1", "PX", 900], ["SET", "staying", "1", "PX", 60_000]);
    expect((await compare()).differing).to.deep.equal([{ db: 0, key: Buffer.from("staying") }]);
  });

  it("copies back what changed, and deletes what is no longer there", async () => {
    await tell(target, ["SET", "string", "newer"], ["DEL", "hash"], ["SET", "extra", "1"]);
    await copyServer(target.address, source.address);
    expect(await compare()).to.deep.include({ source: 9, target: 9, differences: 0 });
  });

  it("compares a hundred thousand keys", async () => {
    const fill = "for i = 1, 100000 do redis.call('SET', 'key:' .. i, i) end";
    await Promise.all([tell(source, ["EVAL", fill, 0]), tell(target, ["EVAL", fill, 0])]);
    expect(await compare()).to.deep.include({ source: 100_009, differences: 0 });
  });

  it("counts every difference, and names the first ten thousand for a repair", async () => {
    await tell(source, ["EVAL", "for i = 1, 12000 do redis.call('SET', 'key:' .. i, i) end", 0]);
    const { differences, differing, sample, target: found } = await compare();
    expect(differences).to.equal(12_000);
    expect(found).to.equal(9);
    expect(differing).to.have.length(10_000);
    expect(new Set(differing.map(({ key }) => key.toString())).size).to.equal(10_000);
    expect(sample).to.have.length(20);
  });

  it("names a differing key with its database, binary names too", async () => {
    const name = Buffer.from([0, 255, 10, 13]);
    await tell(target, ["SET", name, "other"], ["SELECT", 3], ["SET", "elsewhere", "2"]);
    const { differing } = await compare();
    expect(differing).to.deep.equal([
      { db: 0, key: name },
      { db: 3, key: Buffer.from("elsewhere") },
    ]);
  });

  it("takes its own keys for no data, on either side", async () => {
    await tell(source, ["SET", "godwit:sentinel:1", "1"]);
    await tell(target, ["SET", "godwit:part:1", "1"], ["SET", "godwit:sentinel:1", "2"]);
    expect(await compare()).to.deep.include({ source: 9, target: 9, differences: 0 });
  });

  it("compares function libraries", async () => {
    const library = (body: string) => `#!lua name=lib\nredis.register_function('f', ${body})`;
    const load = (body: string): Command => ["FUNCTION", "LOAD", "REPLACE", library(body)];
    await tell(source, load("function() return 1 end"));
    expect((await compare()).sample).to.have.nested.property("[0].kind", "function library");
    await tell(target, load("function() return 2 end"));
    expect((await compare()).differences).to.equal(1);
    await tell(target, load("function() return 1 end"));
    expect((await compare()).differences).to.equal(0);
  });

  it("tells entries of a stream apart whatever their fields are called", async () => {
    await tell(source, ["XADD", "stream", "3-1", "idle", "5"]);
    await tell(target, ["XADD", "stream", "3-1", "idle", "6"]);
    expect((await compare()).sample[0]).to.include({ kind: "value" });
  });

  it("does not take the same refusal on both sides for equal content", async () => {
    const noDump: Command = ["ACL", "SETUSER", "default", "-dump"];
    await Promise.all([tell(source, noDump), tell(target, noDump)]);
    const refused = await rejection(compare());
    expect(refused).to.be.instanceOf(RefusedError).and.include({ code: "NOPERM" });
  });

  it("says which server was lost", async () => {
    await target.stop();
    expect(await rejection(compare()))
      .to.be.instanceOf(LinkError)
      .and.include({ side: "target" });
  });

  it("compares expiries with a server that does not tell them as points in time", async () => {
    const old = await startRedis("--rename-command", "PEXPIRETIME", "");
    await copyServer(source.address, old.address);
    expect((await compareServers(source.address, old.address)).differences).to.equal(0);
    await tell(old, ["PEXPIRE", "expiring", 3_605_000]);
    const { sample } = await compareServers(source.address, old.address);
    expect(sample.map(({ kind }) => kind)).to.deep.equal(["expiry"]);
    await old.stop();
  });
});
