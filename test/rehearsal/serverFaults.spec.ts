import { DescribeReplicationGroupsCommand } from "@aws-sdk/client-elasticache";
import { expect } from "chai";
import { rejection } from "../support/rejection.ts";
import { GROUP, groupInputs, redis, startCloudTwin, until, type CloudTwin } from "./cloudTwin.ts";

describe("faults of the data servers", () => {
  let twin: CloudTwin;
  before(async () => (twin = await startCloudTwin()));
  after(async () => await twin?.stop());

  it("shows the server who comes from this machine as nobody of its own", async () => {
    const { "redis.source": source } = await twin.twin.endpoints();
    expect(await redis(source!, "CLIENT", "INFO")).to.match(/ addr=127\.77\.\d+\.\d+:/);
  });

  it("slows and cuts the way to a server", async () => {
    const { "redis.source": found } = await twin.twin.endpoints();
    const source = found!;
    await twin.twin.inject("slow@redis.source:100");
    const started = Date.now();
    await redis(source, "PING");
    expect(Date.now() - started).to.be.greaterThan(190);
    await twin.twin.clearFaults();
    await twin.twin.inject("cut@redis.source:300");
    expect(await rejection(redis(source, "PING"))).to.be.instanceOf(Error);
    await until(() => redis(source, "PING").catch(() => undefined));
  });
});

describe("faults asked for before a twin starts", () => {
  let twin: CloudTwin;
  before(async () => {
    twin = await startCloudTwin([
      "failover@redis.target",
      "slow@redis.source:50",
      "cut@redis.source:1000",
    ]);
  });
  after(async () => await twin?.stop());

  it("slow the server from its start, and cut it when it is in use", async () => {
    const { "redis.source": source } = await twin.twin.endpoints();
    const started = Date.now();
    expect(await redis(source!, "PING")).to.equal("PONG");
    expect(Date.now() - started).to.be.greaterThan(90);
    const failure = () => redis(source!, "PING").then(() => undefined, String);
    expect(await until(failure)).to.be.a("string");
    await until(() => redis(source!, "PING").catch(() => undefined));
  });

  it("fail over as soon as there is what to fail over", async () => {
    await twin.resource("create", GROUP, { inputs: groupInputs() });
    const describe = new DescribeReplicationGroupsCommand({
      ReplicationGroupId: "acme-redis-encrypted",
    });
    await until(async () => {
      const { ReplicationGroups } = await twin.elastiCache.send(describe);
      const [, second] = ReplicationGroups![0]!.NodeGroups![0]!.NodeGroupMembers!;
      return second!.CurrentRole === "primary" ? true : undefined;
    });
  });
});
