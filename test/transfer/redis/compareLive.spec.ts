import { expect } from "chai";
import { RedisConnection } from "../../../transfer/redis/connection.ts";
import { compareServers } from "../../../transfer/redis/verify.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";

describe("comparing a live Redis pair", function () {
  this.timeout(20_000);
  let source: RedisServer;
  let target: RedisServer;
  let onSource: RedisConnection;
  let onTarget: RedisConnection;
  before(async () => {
    [source, target] = await Promise.all([startRedis(), startRedis()]);
    onSource = await RedisConnection.open(source.address);
    onTarget = await RedisConnection.open(target.address);
  });
  after(async () => {
    onSource.close();
    onTarget.close();
    await Promise.all([source.stop(), target.stop()]);
  });

  it("tells changed since, late and different apart", async () => {
    await onSource.batch([
      ["SET", "changing", 0],
      ["SET", "late", 1],
      ["SET", "different", 1],
      ["SET", "missing", 1],
    ]);
    await onTarget.batch([
      ["SET", "changing", "a"],
      ["SET", "late", 0],
      ["SET", "different", 0],
      ["SET", "extra", 1],
    ]);
    const writing = setInterval(() => void onSource.send(["INCR", "changing"]), 10);
    const arriving = setTimeout(() => void onTarget.send(["SET", "late", 1]), 150);
    const options = { live: { settleMs: 300 } };
    const found = await compareServers(source.address, target.address, options);
    clearInterval(writing);
    clearTimeout(arriving);
    const names = found.differing.map(({ key }) => key.toString());
    expect(names.sort()).to.deep.equal(["different", "extra", "missing"]);
    expect(found).to.include({ differences: 3, changedSince: 1 });
  });
});
