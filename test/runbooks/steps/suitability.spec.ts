import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { GodwitError } from "../../../automation/errors.ts";
import { openPlaintext } from "../../../runbooks/jobs/servers.ts";
import {
  refuseOlderTarget,
  refuseUnfenceableSource,
  refuseUnsuitableCluster,
  refuseUnsuitableServer,
} from "../../../runbooks/steps/suitability.ts";
import { requireRelaySettings } from "../../../runbooks/settings.ts";
import { RedisConnection } from "../../../transfer/redis/connection.ts";
import { serverInfo } from "../../../transfer/redis/info.ts";
import { moverSettings, rawSettings } from "../../components/settings.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";
import { rejection } from "../../support/rejection.ts";
import { temporaryFolder } from "../../support/temporaryFolder.ts";

const target = { engineVersion: "7.1", nodeType: "cache.t3.micro", parameters: {} };
const standalone = {
  CacheClusterId: "acme-redis-production",
  CacheClusterStatus: "available",
  Engine: "redis",
};

describe("sources that cannot be moved", () => {
  let server: RedisServer | undefined;
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  async function infoOf(flags: readonly string[], keys = 0): Promise<Record<string, string>> {
    server = await startRedis(...flags);
    const connection = await RedisConnection.open(server.address);
    const value = "x".repeat(1_000);
    await connection.batch(Array.from({ length: keys }, (_, i) => ["SET", `key-${i}`, value]));
    const info = await serverInfo(connection);
    connection.close();
    return info;
  }

  function refused(work: () => void): GodwitError {
    try {
      work();
    } catch (error) {
      expect(error).to.be.instanceOf(GodwitError);
      expect(error).to.include({ exitCode: 4 });
      return error as GodwitError;
    }
    throw new Error("expected a refusal");
  }

  it("a plain one is not refused", async () => {
    refuseUnsuitableCluster(standalone);
    refuseOlderTarget("7.1.0", target);
    refuseUnsuitableServer(await infoOf([], 100), target);
  });

  it("one in cluster mode, as the server itself says", async () => {
    const info = await infoOf(["--cluster-enabled", "yes"]);
    const { message } = refused(() => refuseUnsuitableServer(info, target));
    expect(message).to.contain("cluster mode").and.contain("spread over shards");
  });

  it("one with AUTH on, as the service says", () => {
    const error = refused(() => refuseUnsuitableCluster({ ...standalone, AuthTokenEnabled: true }));
    expect(error.message).to.contain("acme-redis-production has an AUTH token already");
  });

  it("one with AUTH on, as the server itself says", async () => {
    server = await startRedis();
    const connection = await RedisConnection.open(server.address);
    await connection.ask("CONFIG", "SET", "requirepass", "a-password-of-the-test");
    connection.close();
    const error = await rejection(openPlaintext(server.address));
    expect(error).to.include({ exitCode: 4 });
    expect((error as Error).message).to.contain("asks for a password (AUTH)");
  });

  it("one with TLS on", () => {
    const error = refused(() =>
      refuseUnsuitableCluster({ ...standalone, TransitEncryptionEnabled: true }),
    );
    expect(error.message).to.contain("acme-redis-production has TLS already");
  });

  it("one that belongs to a group", () => {
    const error = refused(() =>
      refuseUnsuitableCluster({ ...standalone, ReplicationGroupId: "acme-group" }),
    );
    expect(error.message).to.contain("replication group acme-group");
  });

  it("one whose keys the target cannot restore, because its Redis is older", () => {
    const older = { ...target, engineVersion: "7.0" };
    const { message } = refused(() => refuseOlderTarget("7.1.0", older));
    expect(message).to.contain("it runs 7.1.0 and the target would run 7.0");
    expect(message).to.contain("`godwit:redis.engineVersion` to 7.1 or later");
    refused(() => refuseOlderTarget("8.0", target));
    refuseOlderTarget("6.2.6", older);
    refuseOlderTarget("7.0.12", older);
  });

  it("one whose writes cannot be paused, in a move through relays", () => {
    const { message } = refused(() => refuseUnfenceableSource("6.0.5"));
    expect(message).to.contain("it runs 6.0.5, and relays need Redis 6.2 or later");
    expect(message).to.contain("`--mode live`");
    refuseUnfenceableSource("6.2.6");
    refuseUnfenceableSource("7.1.0");
  });

  it("a stack without relays, in a move through relays", () => {
    const workDir = temporaryFolder("settings");
    const where = { stack: "test", environment: { env: {}, workDir, clockFactor: 1 } };
    const write = (more: object) =>
      writeFileSync(
        join(workDir, "Pulumi.test.yaml"),
        stringify({ config: rawSettings({ ...more }) }),
      );
    const relay = JSON.stringify({
      subnetIds: ["subnet-0acme1", "subnet-0acme2"],
      allowFrom: ["sg-0acmetasks"],
      package: moverSettings.package,
    });
    const mover = JSON.stringify(moverSettings);
    write({ "godwit:mover": mover });
    expect(() => requireRelaySettings(where)).to.throw("has no `godwit:relay`");
    write({ "godwit:mover": mover, "godwit:relay": relay });
    requireRelaySettings(where);
  });

  it("one that is full and evicts", async () => {
    const info = await infoOf(["--maxmemory", "3mb", "--maxmemory-policy", "allkeys-lru"], 3_000);
    expect(Number(info["evicted_keys"])).to.be.above(0);
    const { message } = refused(() => refuseUnsuitableServer(info, target));
    expect(message).to.match(
      /uses \d+ % of its memory and evicts keys \(allkeys-lru, \d+ so far\)/,
    );
  });

  it("one whose keys do not fit into the target, which would evict them", async () => {
    const info = await infoOf([], 10_000);
    const parameters = { "reserved-memory-percent": "99" };
    const { message } = refused(() => refuseUnsuitableServer(info, { ...target, parameters }));
    expect(message).to.match(/its keys take \d+ MiB and the target, a cache.t3.micro, has 6 MiB/);
    expect(message).to.contain("Set a larger `godwit:redis.nodeType`");
    refuseUnsuitableServer(info, target);
  });
});
