import { expect } from "chai";
import { assertNothingEvicted } from "../../../runbooks/steps/suitability.ts";
import { RedisConnection } from "../../../transfer/redis/connection.ts";
import { serverInfo } from "../../../transfer/redis/info.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";

describe("a target without room for the source's data", () => {
  let server: RedisServer | undefined;
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  /** `INFO` of a server that was given two megabytes and about three to keep. */
  async function overfilled(policy: string): Promise<Record<string, string>> {
    server = await startRedis("--maxmemory", "2mb", "--maxmemory-policy", policy);
    const connection = await RedisConnection.open(server.address);
    const value = "x".repeat(1_000);
    await connection.batch(Array.from({ length: 3_000 }, (_, i) => ["SET", `key-${i}`, value]));
    const info = await serverInfo(connection);
    connection.close();
    return info;
  }

  it("fails the comparison with the number of keys that it has evicted", async () => {
    const info = await overfilled("allkeys-lru");
    const evicted = info["evicted_keys"];
    expect(() => assertNothingEvicted(info))
      .to.throw(`The target has evicted ${evicted} keys: it uses`)
      .with.property("message")
      .that.matches(/of 2097152 bytes \(maxmemory, allkeys-lru\).*larger `godwit:redis.nodeType`/);
  });

  it("fails it as well when it refuses writes instead", async () => {
    const info = await overfilled("noeviction");
    expect(info["evicted_keys"]).to.equal("0");
    expect(() => assertNothingEvicted(info)).to.throw("The target has no memory left");
  });

  it("says nothing of a server that has room, or no limit", async () => {
    server = await startRedis("--maxmemory", "100mb");
    const connection = await RedisConnection.open(server.address);
    const info = await serverInfo(connection);
    connection.close();
    assertNothingEvicted(info);
    assertNothingEvicted({ ...info, maxmemory: "0" });
  });
});
