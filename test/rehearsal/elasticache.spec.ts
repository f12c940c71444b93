import { connect } from "node:tls";
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { Resolver } from "node:dns/promises";
import {
  CreateSnapshotCommand,
  DeleteSnapshotCommand,
  DescribeReplicationGroupsCommand,
  DescribeSnapshotsCommand,
  ModifyReplicationGroupCommand,
  TestFailoverCommand,
} from "@aws-sdk/client-elasticache";
import { DisableKeyCommand, EnableKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { expect } from "chai";
import type { Endpoint, Properties } from "../../rehearsal/clouds/world.ts";
import { rejection } from "../support/rejection.ts";
import {
  GROUP,
  groupAvailable,
  groupInputs,
  redis,
  snapshotStatus,
  startCloudTwin,
  until,
  type CloudTwin,
} from "./cloudTwin.ts";

const SOURCE = "acme-redis-production";
const ID = "acme-redis-encrypted";
const TOKEN = "first-token-of-the-group";
const RESTRICTED = [
  "CONFIG GET maxmemory",
  "SYNC",
  "PSYNC ? -1",
  "REPLICAOF NO ONE",
  "SLAVEOF NO ONE",
  "MIGRATE 127.0.0.1 6379 key 0 1",
  "BGSAVE",
  "SAVE",
  "BGREWRITEAOF",
  "DEBUG SLEEP 0",
  "SHUTDOWN",
  "ACL SETUSER intruder on",
  "ACL LIST",
  "MODULE LIST",
  "CLUSTER INFO",
  "CLUSTER MEET 127.0.0.1 6379",
];

describe("ElastiCache in a twin", () => {
  let twin: CloudTwin;
  let keyId: string;
  const endpoint = async (name: string): Promise<Endpoint> => (await twin.twin.endpoints())[name]!;
  const createSnapshot = (name: string, from: object = { CacheClusterId: SOURCE }) =>
    twin.elastiCache.send(new CreateSnapshotCommand({ SnapshotName: name, ...from }));
  const createGroup = (changes: Properties = {}) =>
    twin.resource("create", GROUP, {
      inputs: groupInputs({ kmsKeyId: keyId, snapshotName: "before", ...changes }),
    });

  before(async () => {
    twin = await startCloudTwin();
    const key = await twin.resource("create", "aws:kms/key:Key", { inputs: {} });
    keyId = String(key.outputs["arn"]);
    await createSnapshot("before");
    expect(await snapshotStatus(twin, "before")).to.equal("available");
    await createGroup();
  });
  after(async () => await twin?.stop());

  it("keeps its restricted commands from applications, on source and target", async () => {
    for (const name of ["redis.source", "redis.target"]) {
      const server = await endpoint(name);
      for (const command of RESTRICTED) {
        const error = await rejection(redis(server, ...command.split(" ")));
        expect(error, `${name}: ${command}`).to.match(/NOPERM|not allowed|support disabled/);
      }
    }
  });

  it("restores a snapshot with every key and expiry, on primary and replica", async () => {
    const target = await endpoint("redis.target");
    const source = await endpoint("redis.source");
    const keyspace = (text: unknown) => String(text).replace(/avg_ttl=\d+/g, "");
    const original = keyspace(await redis(source, "INFO", "keyspace"));
    expect(keyspace(await redis(target, "INFO", "keyspace"))).to.equal(original);
    const replica = { ...target, host: await addressOf(`replica.${ID}`) };
    expect(keyspace(await redis(replica, "INFO", "keyspace"))).to.equal(original);
    expect(await redis(replica, "ROLE")).to.include("slave");
  });

  it("lets in with TLS and token only", async () => {
    const target = await endpoint("redis.target");
    expect(await redis(target, "PING")).to.equal("PONG");
    expect(await rejection(redis({ ...target, password: undefined }, "PING"))).to.match(/NOAUTH/);
    expect(await rejection(redis({ ...target, password: "wrong" }, "PING"))).to.match(/WRONGPASS/);
    expect(await rejection(redis({ ...target, tls: false }, "PING"))).to.be.instanceOf(Error);
  });

  it("refuses TLS below 1.2, and has no certificate for other names or its address", async () => {
    const { host, ca = "", serverName = "" } = await endpoint("redis.target");
    const shake = async (options: object) => {
      const socket = connect({ host, port: 6379, ca: readFileSync(ca), ...options });
      await once(socket, "secureConnect");
      socket.destroy();
      return socket.getProtocol();
    };
    const old = { servername: serverName, minVersion: "TLSv1.1", maxVersion: "TLSv1.1" };
    const weak = { ...old, ciphers: "DEFAULT@SECLEVEL=0" };
    expect(await rejection(shake(weak))).to.match(/protocol version/i);
    const node = serverName.replace("master.", `${ID}-002.`);
    for (const servername of [serverName, serverName.replace("master.", "replica."), node]) {
      await shake({ servername });
    }
    for (const wrong of [{ servername: "redis.acme.internal" }, {}]) {
      expect(await rejection(shake(wrong))).to.include({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
    }
  });

  it("shows an application's connections only", async () => {
    const list = String(await redis(await endpoint("redis.source"), "CLIENT", "LIST"));
    expect(list.trim().split("\n")).to.have.length(1);
  });

  it("gives a rotated token beside the old one, a set one instead of it", async () => {
    const target = await endpoint("redis.target");
    const modify = async (AuthToken: string, AuthTokenUpdateStrategy: "ROTATE" | "SET") => {
      const input = { ReplicationGroupId: ID, AuthToken, AuthTokenUpdateStrategy };
      const command = new ModifyReplicationGroupCommand({ ...input, ApplyImmediately: true });
      const { ReplicationGroup } = await twin.elastiCache.send(command);
      expect(ReplicationGroup!.Status).to.equal("modifying");
      await groupAvailable(twin, ID);
    };
    const ping = (password: string) => redis({ ...target, password }, "PING");
    await modify("second-token-of-the-group", "ROTATE");
    expect(await ping(TOKEN)).to.equal("PONG");
    expect(await ping("second-token-of-the-group")).to.equal("PONG");
    await modify("second-token-of-the-group", "SET");
    expect(await rejection(ping(TOKEN))).to.match(/WRONGPASS/);
    expect(await ping("second-token-of-the-group")).to.equal("PONG");
  });

  it("refuses tokens, names and settings as the service does", async () => {
    const refused = async (changes: Properties) =>
      await rejection(createGroup({ replicationGroupId: "other", ...changes }));
    for (const [changes, code] of [
      [{ replicationGroupId: ID }, "ReplicationGroupAlreadyExistsFault"],
      [{ authToken: "too-short" }, "InvalidParameterValueException"],
      [{ authToken: "has a character/that is not taken" }, "InvalidParameterValueException"],
      [{ nodeType: "cache.z1.large" }, "InvalidParameterValueException"],
      [{ engineVersion: "9.9" }, "InvalidParameterValueException"],
      [{ subnetGroupName: "nowhere" }, "CacheSubnetGroupNotFoundFault"],
      [{ parameterGroupName: "nowhere" }, "CacheParameterGroupNotFoundFault"],
      [{ securityGroupIds: ["sg-unknown"] }, "InvalidGroup.NotFound"],
      [{ snapshotName: "nowhere" }, "SnapshotNotFoundFault"],
      [{ numCacheClusters: 1 }, "InvalidParameterCombinationException"],
      [{ transitEncryptionEnabled: false }, "InvalidParameterCombinationException"],
      [{ kmsKeyId: "no-such-key" }, "InvalidKMSKeyFault"],
      [{ maintenanceWindow: "someday" }, "InvalidParameterValueException"],
    ] as const) {
      expect(await refused(changes), JSON.stringify(changes)).to.include({ code });
    }
  });

  it("refuses a snapshot whose name is taken or whose source is not available", async () => {
    const refused = async (name: string, from?: object) =>
      (await rejection(createSnapshot(name, from))) as Error;
    expect((await refused("before")).name).to.equal("SnapshotAlreadyExistsFault");
    expect((await refused("x", { CacheClusterId: "no" })).name).to.equal(
      "CacheClusterNotFoundFault",
    );
    expect((await refused("not--valid")).name).to.equal("InvalidParameterValueException");
    await createSnapshot("running");
    expect((await refused("meanwhile")).name).to.equal("InvalidCacheClusterStateFault");
    expect(await snapshotStatus(twin, "running")).to.equal("available");
    const gone = async () => {
      const { Snapshots } = await twin.elastiCache.send(new DescribeSnapshotsCommand({}));
      return Snapshots!.some(({ SnapshotName }) => SnapshotName === "running") ? undefined : true;
    };
    await twin.elastiCache.send(new DeleteSnapshotCommand({ SnapshotName: "running" }));
    await until(gone);
  });

  it("fails a snapshot when the disk is full", async () => {
    await twin.twin.inject("full@redis.source");
    await createSnapshot("full");
    expect(await snapshotStatus(twin, "full")).to.equal("failed");
    await twin.twin.clearFaults();
    await createSnapshot("roomy");
    expect(await snapshotStatus(twin, "roomy")).to.equal("available");
  });

  it("encrypts a group's snapshots, and opens them only while the key is enabled", async () => {
    await createSnapshot("encrypted", { ReplicationGroupId: ID });
    expect(await snapshotStatus(twin, "encrypted")).to.equal("available");
    const stored = readFileSync(`${twin.twin.dir}/snapshots/encrypted.rdb`);
    expect(stored.includes("cache:")).to.equal(false);
    expect(readFileSync(`${twin.twin.dir}/snapshots/before.rdb`).includes("cache:")).to.equal(true);
    const kms = new KMSClient(twin.client);
    await kms.send(new DisableKeyCommand({ KeyId: keyId }));
    const withoutKey = { replicationGroupId: "other", snapshotName: "encrypted" };
    expect(await rejection(createGroup(withoutKey))).to.include({ code: "InvalidKMSKeyFault" });
    const byOther = createGroup({ ...withoutKey, kmsKeyId: undefined });
    expect(await rejection(byOther)).to.include({ code: "DisabledException" });
    await kms.send(new EnableKeyCommand({ KeyId: keyId }));
  });

  it("fails over: the names move, the data and the connections' fate are as in the service", async () => {
    const target = await endpoint("redis.target");
    await redis(target, "SET", "before-failover", "kept");
    const describe = new DescribeReplicationGroupsCommand({ ReplicationGroupId: ID });
    const primaryNow = async () => {
      const { ReplicationGroups } = await twin.elastiCache.send(describe);
      const members = ReplicationGroups![0]!.NodeGroups![0]!.NodeGroupMembers!;
      return members.find(({ CurrentRole }) => CurrentRole === "primary")!.CacheClusterId;
    };
    expect(await primaryNow()).to.equal(`${ID}-001`);
    const failover = { ReplicationGroupId: ID, NodeGroupId: "0001" };
    await twin.elastiCache.send(new TestFailoverCommand(failover));
    await until(async () => ((await primaryNow()) === `${ID}-002` ? true : undefined));
    await groupAvailable(twin, ID);
    const after = await endpoint("redis.target");
    expect(after.host).to.not.equal(target.host);
    expect(await addressOf(`master.${ID}`)).to.equal(after.host);
    expect(await addressOf(`replica.${ID}`)).to.equal(target.host);
    expect(await redis(after, "GET", "before-failover")).to.equal("kept");
    expect(await rejection(redis(target, "SET", "a", "b"))).to.match(/READONLY/);
    await twin.twin.inject("failover@redis.target");
    expect((await endpoint("redis.target")).host).to.equal(target.host);
  });

  it("has no memory for more than its node type, and lets its parameters decide what then", async () => {
    const info = String(await redis(await endpoint("redis.target"), "INFO", "memory"));
    expect(info).to.contain(`maxmemory:${536_870_912 * 0.75}`);
    expect(info).to.contain("maxmemory_policy:volatile-lru");
    await twin.resource("create", "aws:elasticache/parameterGroup:ParameterGroup", {
      inputs: {
        name: "no-eviction",
        family: "redis7",
        parameters: [{ name: "maxmemory-policy", value: "noeviction" }],
      },
    });
    const found = await twin.resource("read", GROUP, { id: ID });
    const inputs = groupInputs({ parameterGroupName: "no-eviction", nodeType: "cache.r6g.large" });
    await twin.resource("update", GROUP, { id: ID, inputs, state: found.outputs });
    const changed = String(await redis(await endpoint("redis.target"), "INFO", "memory"));
    expect(changed).to.contain("maxmemory_policy:noeviction");
    expect(changed).to.contain(`maxmemory:${Math.floor(14_037_181_030 * 0.75)}`);
  });

  it("deletes a group after its final snapshot, and then answers for it no more", async () => {
    const { host } = await endpoint("redis.target");
    const state = { finalSnapshotIdentifier: "final" };
    await twin.resource("delete", GROUP, { id: ID, state });
    expect(await snapshotStatus(twin, "final")).to.equal("available");
    expect(await twin.resource("read", GROUP, { id: ID })).to.include({ id: "" });
    expect(await rejection(redis({ host, port: 6379 }, "PING"))).to.match(/ECONNREFUSED/);
    expect(await rejection(addressOf(`master.${ID}`))).to.include({ code: "ENOTFOUND" });
    await createGroup({ snapshotName: "final" });
    expect(await redis(await endpoint("redis.target"), "GET", "before-failover")).to.equal("kept");
  });

  async function addressOf(prefix: string): Promise<string> {
    const { serverName = "" } = (await twin.twin.endpoints())["redis.target"] ?? {};
    const resolver = new Resolver();
    resolver.setServers([twin.twin.environment.env["GODWIT_RESOLVER"]!]);
    const domain = serverName.split(".").slice(2).join(".");
    const [address = ""] = await resolver.resolve4(`${prefix}.${domain}`);
    return address;
  }
});
