import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { RedisConnection } from "../../../transfer/redis/connection.ts";
import { isService, keyCount, otherClients, writeCommands } from "../../../transfer/redis/info.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";
import { rejection } from "../../support/rejection.ts";

describe("what a Redis server tells", function () {
  this.timeout(10_000);
  let server: RedisServer;
  let connection: RedisConnection;
  before(async () => {
    server = await startRedis();
    connection = await RedisConnection.open(server.address);
  });
  after(async () => {
    connection.close();
    await server.stop();
  });

  it("counts writes, scripts' own included, and no reads", async () => {
    const before = await writeCommands(connection);
    await connection.ask("GET", "a");
    await connection.ask("PING");
    expect(await writeCommands(connection)).to.equal(before);
    await connection.ask("SET", "a", "1");
    await connection.ask("EVAL", "redis.call('INCR', 'a')", 0);
    expect(await writeCommands(connection)).to.be.at.least(before + 2);
  });

  it("lists the other clients, not the one that asks", async () => {
    expect(await otherClients(connection)).to.deep.equal([]);
    const other = await RedisConnection.open(server.address);
    await other.ask("CLIENT", "SETNAME", "worker");
    expect((await otherClients(connection)).map(({ name }) => name)).to.deep.equal(["worker"]);
    other.close();
  });

  it("does not take a replica for a client", async () => {
    const { host, port } = server.address;
    const replica = await startRedis("--replicaof", `${host} ${port}`);
    const linked = async () => String(await connection.ask("INFO", "replication"));
    while (!(await linked()).includes("state=online")) await delay(20);
    expect(await otherClients(connection)).to.deep.equal([]);
    await replica.stop();
  });

  it("tells the service itself by the server's own machine, unless we are there, too", () => {
    const [here, there] = [{ addr: "127.0.0.1:6000" }, { addr: "10.0.1.7:6000" }];
    expect(isService(here, "10.0.1.8")).to.equal(true);
    expect(isService({ addr: "[::1]:6000" }, "10.0.1.8")).to.equal(true);
    expect(isService(there, "10.0.1.8")).to.equal(false);
    expect(isService(here, "127.0.0.1")).to.equal(false);
  });

  it("counts keys over all databases", async () => {
    await connection.batch([
      ["SELECT", 5],
      ["SET", "b", "1"],
      ["SELECT", 0],
    ]);
    expect(await keyCount(connection)).to.equal(2);
  });

  it("says why it cannot connect", async () => {
    await server.stop();
    const refused = await rejection(RedisConnection.open(server.address));
    expect(String(refused)).to.contain("ECONNREFUSED");
  });
});
