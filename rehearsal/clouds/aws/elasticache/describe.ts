import type {
  CacheCluster as ClusterOutput,
  CacheParameterGroup,
  CacheSubnetGroup,
  NodeGroup,
  ReplicationGroup as GroupOutput,
  Snapshot as SnapshotOutput,
} from "@aws-sdk/client-elasticache";
import {
  namesIn,
  PORT,
  primaryOf,
  type CacheAccount,
  type CacheCluster,
  type CacheNode,
  type CacheSettings,
  type ParameterGroup,
  type ReplicationGroup,
  type Snapshot,
  type Status,
  type SubnetGroup,
} from "./model.ts";

export const ENGINE_VERSION = "7.1.0";
const MEGABYTE = 1_048_576;

/** The standalone clusters and the members of groups, as DescribeCacheClusters shows them. */
export function describeClusters(account: CacheAccount, withNodes: boolean): ClusterOutput[] {
  const standalone = [...account.clusters.values()].map((cluster) =>
    describeCluster(account, cluster, withNodes),
  );
  const members = [...account.groups.values()].flatMap((group) =>
    group.nodes.map((node) => describeMember(account, group, node, withNodes)),
  );
  return [...standalone, ...members];
}

export function describeCluster(
  account: CacheAccount,
  cluster: CacheCluster,
  withNodes: boolean,
): ClusterOutput {
  return {
    ...common(account, cluster.id, cluster.settings, cluster.status),
    CacheClusterCreateTime: cluster.createdAt,
    PreferredAvailabilityZone: cluster.node?.zone,
    TransitEncryptionEnabled: false,
    AtRestEncryptionEnabled: false,
    AuthTokenEnabled: false,
    ...(withNodes && cluster.node && { CacheNodes: [nodeOutput(cluster.node)] }),
  };
}

function describeMember(
  account: CacheAccount,
  group: ReplicationGroup,
  node: CacheNode,
  withNodes: boolean,
): ClusterOutput {
  return {
    ...common(account, node.id, group.settings, group.status),
    ReplicationGroupId: group.id,
    CacheClusterCreateTime: node.createdAt,
    PreferredAvailabilityZone: node.zone,
    TransitEncryptionEnabled: true,
    TransitEncryptionMode: "required",
    AtRestEncryptionEnabled: group.kmsKeyId !== undefined,
    AuthTokenEnabled: group.tokens.length > 0,
    ...(withNodes && { CacheNodes: [nodeOutput(node)] }),
  };
}

function common(account: CacheAccount, id: string, settings: CacheSettings, status: Status) {
  return {
    CacheClusterId: id,
    ARN: account.world.account.arn("elasticache", `cluster:${id}`),
    CacheNodeType: settings.nodeType,
    Engine: "redis",
    EngineVersion: ENGINE_VERSION,
    CacheClusterStatus: status,
    NumCacheNodes: 1,
    PreferredMaintenanceWindow: settings.maintenanceWindow,
    CacheParameterGroup: {
      CacheParameterGroupName: settings.parameterGroup,
      ParameterApplyStatus: "in-sync",
    },
    CacheSubnetGroupName: settings.subnetGroup,
    SecurityGroups: settings.securityGroupIds.map((SecurityGroupId) => ({
      SecurityGroupId,
      Status: "active",
    })),
    AutoMinorVersionUpgrade: settings.autoMinorVersionUpgrade,
    SnapshotRetentionLimit: settings.snapshotRetentionLimit,
    SnapshotWindow: settings.snapshotWindow,
    NetworkType: "ipv4",
    IpDiscovery: "ipv4",
  } as const;
}

function nodeOutput(node: CacheNode) {
  return {
    CacheNodeId: "0001",
    CacheNodeStatus: "available",
    CacheNodeCreateTime: node.createdAt,
    Endpoint: { Address: node.address, Port: PORT },
    ParameterGroupStatus: "in-sync",
    CustomerAvailabilityZone: node.zone,
  };
}

export function describeGroup(account: CacheAccount, group: ReplicationGroup): GroupOutput {
  const { settings } = group;
  return {
    ReplicationGroupId: group.id,
    ARN: account.world.account.arn("elasticache", `replicationgroup:${group.id}`),
    Description: settings.description,
    Status: group.status,
    ReplicationGroupCreateTime: group.createdAt,
    MemberClusters: group.nodes.map(({ id }) => id),
    NodeGroups: group.nodes.length > 0 ? [nodeGroup(account, group)] : [],
    PendingModifiedValues: group.pendingToken ? { AuthTokenStatus: group.pendingToken } : {},
    AutomaticFailover: group.automaticFailover ? "enabled" : "disabled",
    MultiAZ: group.multiAz ? "enabled" : "disabled",
    CacheNodeType: settings.nodeType,
    ClusterEnabled: false,
    ClusterMode: "disabled",
    Engine: "redis",
    AuthTokenEnabled: group.tokens.length > 0,
    AuthTokenLastModifiedDate: group.createdAt,
    TransitEncryptionEnabled: true,
    TransitEncryptionMode: "required",
    AtRestEncryptionEnabled: group.kmsKeyId !== undefined,
    KmsKeyId: group.kmsKeyId,
    SnapshotRetentionLimit: settings.snapshotRetentionLimit,
    SnapshotWindow: settings.snapshotWindow,
    AutoMinorVersionUpgrade: settings.autoMinorVersionUpgrade,
    DataTiering: "disabled",
    NetworkType: "ipv4",
    IpDiscovery: "ipv4",
  };
}

function nodeGroup(account: CacheAccount, group: ReplicationGroup): NodeGroup {
  const names = namesIn(account);
  const primary = primaryOf(group);
  return {
    NodeGroupId: "0001",
    Status: group.status,
    PrimaryEndpoint: { Address: names.primary(group.id), Port: PORT },
    ReaderEndpoint: { Address: names.reader(group.id), Port: PORT },
    NodeGroupMembers: group.nodes.map((node) => ({
      CacheClusterId: node.id,
      CacheNodeId: "0001",
      ReadEndpoint: { Address: node.address, Port: PORT },
      PreferredAvailabilityZone: node.zone,
      CurrentRole: node === primary ? "primary" : "replica",
    })),
  };
}

export function describeSnapshot(account: CacheAccount, snapshot: Snapshot): SnapshotOutput {
  const { source } = snapshot;
  const size = snapshot.file
    ? `${Math.max(1, Math.round(snapshot.file.bytes / MEGABYTE))} MB`
    : undefined;
  return {
    SnapshotName: snapshot.name,
    ARN: account.world.account.arn("elasticache", `snapshot:${snapshot.name}`),
    ...(source.kind === "cluster"
      ? { CacheClusterId: source.id }
      : {
          ReplicationGroupId: source.id,
          ReplicationGroupDescription: source.settings.description,
        }),
    SnapshotStatus: snapshot.status,
    SnapshotSource: "manual",
    CacheNodeType: snapshot.nodeType,
    Engine: "redis",
    EngineVersion: ENGINE_VERSION,
    NumCacheNodes: 1,
    Port: PORT,
    PreferredMaintenanceWindow: source.settings.maintenanceWindow,
    CacheParameterGroupName: source.settings.parameterGroup,
    CacheSubnetGroupName: source.settings.subnetGroup,
    CacheClusterCreateTime: source.createdAt,
    SnapshotRetentionLimit: source.settings.snapshotRetentionLimit,
    SnapshotWindow: source.settings.snapshotWindow,
    KmsKeyId: snapshot.kmsKeyId,
    NodeSnapshots: [
      {
        CacheNodeId: "0001",
        CacheSize: size,
        CacheNodeCreateTime: source.createdAt,
        SnapshotCreateTime: snapshot.createdAt,
      },
    ],
  };
}

export function describeSubnetGroup(account: CacheAccount, group: SubnetGroup): CacheSubnetGroup {
  return {
    CacheSubnetGroupName: group.name,
    CacheSubnetGroupDescription: group.description,
    VpcId: group.vpcId,
    ARN: account.world.account.arn("elasticache", `subnetgroup:${group.name}`),
    Subnets: group.subnetIds.map((SubnetIdentifier) => ({
      SubnetIdentifier,
      SubnetAvailabilityZone: { Name: account.network.subnet(SubnetIdentifier)?.availabilityZone },
    })),
  };
}

export function describeParameterGroup(
  account: CacheAccount,
  group: ParameterGroup,
): CacheParameterGroup {
  return {
    CacheParameterGroupName: group.name,
    CacheParameterGroupFamily: group.family,
    Description: group.description,
    IsGlobal: false,
    ARN: account.world.account.arn("elasticache", `parametergroup:${group.name}`),
  };
}
