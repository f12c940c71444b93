import { expect } from "chai";
import {
  RedisConnection,
  type Command,
  type RedisAddress,
} from "../../../transfer/redis/connection.ts";
import { serverInfo } from "../../../transfer/redis/info.ts";
import { compareServers } from "../../../transfer/redis/verify.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";

describe("comparing large Redis values", function () {
  this.timeout(30_000);
  let source: RedisServer;
  let target: RedisServer;
  before(async () => {
    [source, target] = await Promise.all([startRedis(), startRedis()]);
    await Promise.all([fill(source), fill(target)]);
  });
  after(async () => {
    await Promise.all([source.stop(), target.stop()]);
  });

  /** About 10 MB of each type; the same on both, in another order where there is none. */
  async function fill(server: RedisServer): Promise<void> {
    const pad = "string.rep('x', 400)";
    const each = (call: string) => `for i = 1, 25000 do redis.call(${call}) end`;
    const connection = await RedisConnection.open(server.address);
    await connection.ask("SET", "string", Buffer.alloc(10_000_000, "x"));
    for (const call of [
      `'RPUSH', 'list', i .. ${pad}`,
      `'SADD', 'set', i .. ${pad}`,
      `'HSET', 'hash', i, ${pad}`,
      `'ZADD', 'zset', i / 10, i .. ${pad}`,
      `'XADD', 'stream', i .. '-1', 'f', ${pad}`,
    ]) {
      await connection.ask("EVAL", each(call), 0);
    }
    await connection.ask("XGROUP", "CREATE", "stream", "group", "0");
    const read: Command = ["XREADGROUP", "GROUP", "group", "me", "COUNT", 3_000];
    await connection.ask(...read, "STREAMS", "stream", ">");
    connection.close();
  }

  it("finds them equal without serialising one", async () => {
    const [before, after] = [await dumps(), (await compare()).differences];
    expect(after).to.equal(0);
    expect(await dumps()).to.deep.equal(before);
  });

  /** What makes a value differ, and what undoes it; without that the source is made to differ likewise. */
  const edits: Readonly<Record<string, { edit: Command; undo?: Command }>> = {
    string: {
      edit: ["SETRANGE", "string", 9_999_999, "y"],
      undo: ["SETRANGE", "string", 9_999_999, "x"],
    },
    list: { edit: ["LSET", "list", 24_999, "other"] },
    hash: { edit: ["HSET", "hash", 17, "other"] },
    zset: { edit: ["ZADD", "zset", 7, "extra"], undo: ["ZREM", "zset", "extra"] },
    set: { edit: ["SADD", "set", "extra"], undo: ["SREM", "set", "extra"] },
    stream: { edit: ["XACK", "stream", "group", "2500-1"] },
  };
  for (const [type, { edit, undo }] of Object.entries(edits)) {
    it(`finds one that differs in one element: ${type}`, async () => {
      await tell(target, edit);
      const { differences, differing } = await compare();
      expect(differences).to.equal(1);
      expect(differing[0]!.key.toString()).to.equal(type);
      if (undo) await tell(target, undo);
      else await tell(source, edit);
    });
  }

  it("finds one that only one side has", async () => {
    await tell(source, ["RENAME", "set", "renamed"]);
    const { sample } = await compare();
    expect(sample.map(({ kind }) => kind)).to.deep.equal(["missing on target", "only on target"]);
  });

  const compare = () => compareServers(source.address, target.address);

  async function tell(server: RedisServer, command: Command): Promise<void> {
    const connection = await RedisConnection.open(server.address);
    await connection.ask(...command);
    connection.close();
  }

  /** How often each server has serialised a value. */
  async function dumps(): Promise<unknown[]> {
    return await Promise.all([source, target].map(({ address }) => commandCalls(address, "dump")));
  }
});

/** Calls of a command that a server has executed. */
async function commandCalls(address: RedisAddress, command: string): Promise<string> {
  const connection = await RedisConnection.open(address);
  const stats = (await serverInfo(connection, "commandstats"))[`cmdstat_${command}`] ?? "calls=0";
  connection.close();
  return /calls=\d+/.exec(stats)![0];
}
