import { createHash } from "node:crypto";
import type { Event as CacheEvent } from "@aws-sdk/client-elasticache";
import type { Firewall } from "../../../servers/firewall.ts";
import type { RedisServer } from "../../../servers/redis.ts";
import type { ServerRegistry } from "../../../twin/servers.ts";
import type { World } from "../../world.ts";
import type { Ec2Network } from "../ec2.ts";
import type { KeyStore } from "../kms/keys.ts";

export const PORT = 6379;
const SHORTEST_MS = 150;

/** What the service keeps for an account in a region. */
export interface CacheAccount {
  readonly world: World;
  readonly servers: ServerRegistry;
  readonly firewall: Firewall;
  readonly keys: KeyStore;
  readonly network: Ec2Network;
  readonly clusters: Map<string, CacheCluster>;
  readonly groups: Map<string, ReplicationGroup>;
  readonly snapshots: Map<string, Snapshot>;
  readonly subnetGroups: Map<string, SubnetGroup>;
  readonly parameterGroups: Map<string, ParameterGroup>;
  readonly events: CacheEvent[];
}

/** What a cluster and a group have in common. */
export interface CacheSettings {
  description: string;
  nodeType: string;
  parameterGroup: string;
  readonly subnetGroup: string;
  securityGroupIds: readonly string[];
  maintenanceWindow: string;
  snapshotWindow: string;
  snapshotRetentionLimit: number;
  autoMinorVersionUpgrade: boolean;
  tags: Readonly<Record<string, string>>;
}

export type Status =
  "creating" | "available" | "modifying" | "snapshotting" | "deleting" | "create-failed";

/** A node: a real server under the name that the service gives it. */
export interface CacheNode {
  readonly id: string;
  readonly address: string;
  readonly zone: string;
  readonly createdAt: Date;
  readonly server: RedisServer;
}

/** A standalone cluster of one node, without encryption. */
export interface CacheCluster {
  readonly kind: "cluster";
  readonly id: string;
  readonly createdAt: Date;
  readonly settings: CacheSettings;
  status: Status;
  node: CacheNode | undefined;
}

/** One primary and its replicas, encrypted, with cluster mode off. */
export interface ReplicationGroup {
  readonly kind: "group";
  readonly id: string;
  readonly createdAt: Date;
  readonly settings: CacheSettings;
  readonly kmsKeyId: string | undefined;
  readonly snapshotName: string | undefined;
  status: Status;
  automaticFailover: boolean;
  multiAz: boolean;
  /** Tokens that let an application in: one, or two while being rotated. */
  tokens: readonly string[];
  /** Accepted, but to be applied in the maintenance window. */
  pendingToken: "SETTING" | "ROTATING" | undefined;
  nodes: readonly CacheNode[];
  /** Resolves when it is available, rejects when it could not be created. */
  readonly ready: Promise<void>;
}

export interface Snapshot {
  readonly name: string;
  readonly source: CacheCluster | ReplicationGroup;
  readonly createdAt: Date;
  readonly nodeType: string;
  readonly kmsKeyId: string | undefined;
  status: "creating" | "available" | "deleting" | "failed";
  file: SnapshotFile | undefined;
  /** Resolves when it is available, rejects when it failed. */
  readonly ready: Promise<void>;
}

/** Where the data lies; with a key, encrypted under a data key that KMS has to open. */
export interface SnapshotFile {
  readonly path: string;
  readonly bytes: number;
  readonly usedMemory: number;
  readonly encryption?: { readonly dataKey: Buffer; readonly iv: Buffer; readonly tag: Buffer };
}

export interface SubnetGroup {
  readonly name: string;
  description: string;
  subnetIds: readonly string[];
  readonly vpcId: string;
  tags: Readonly<Record<string, string>>;
}

export interface ParameterGroup {
  readonly name: string;
  readonly family: string;
  description: string;
  parameters: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
}

/** The primary of a group; a group that is being created or deleted may have none. */
export function primaryOf(group: ReplicationGroup): CacheNode | undefined {
  return group.nodes.find(({ server }) => server.role === "primary");
}

/** Real milliseconds that work of the service takes at least, so that its states can be seen. */
export function atLeast(world: World, serviceMs: number): number {
  return Math.max(SHORTEST_MS, world.clock.compress(serviceMs));
}

export function recordEvent(
  account: CacheAccount,
  source: CacheCluster | ReplicationGroup,
  message: string,
): void {
  account.events.push({
    SourceIdentifier: source.id,
    SourceType: source.kind === "cluster" ? "cache-cluster" : "replication-group",
    Message: message,
    Date: new Date(),
  });
  account.world.log("elasticache", { source: source.id, message });
}

/** Names as the service builds them from id, account and region. */
export function namesIn({ world }: CacheAccount) {
  const { id, region } = world.account;
  const hash = createHash("sha256").update(id).digest("hex").slice(0, 6);
  const [area = "", direction = "", number = ""] = region.split("-");
  const zone = `${area}${direction[0]}${number}.cache.amazonaws.com`;
  return {
    standalone: (cluster: string) => `${cluster}.${hash}.0001.${zone}`,
    primary: (group: string) => `master.${group}.${hash}.${zone}`,
    reader: (group: string) => `replica.${group}.${hash}.${zone}`,
    node: (group: string, node: string) => `${node}.${group}.${hash}.${zone}`,
  };
}
