import { given, number, tags, text, texts, flag } from "../../properties.ts";
import type { Properties, ResourceKind } from "../../world.ts";
import { createCluster, deleteCluster } from "./clusters.ts";
import { ENGINE_VERSION } from "./describe.ts";
import { cluster } from "./find.ts";
import { PORT, type CacheAccount, type CacheCluster, type CacheSettings } from "./model.ts";
import { defaultParameterGroup } from "./parameterGroups.ts";

/** What an input that is left out amounts to. */
const DEFAULTS = {
  maintenanceWindow: "sun:05:00-sun:06:00",
  snapshotWindow: "03:00-04:00",
  snapshotRetentionLimit: 0,
} as const;

/** Reads the inputs that a cluster and a group have in common. */
export function settingsOf(inputs: Properties): CacheSettings {
  return {
    description: text(inputs, "description") ?? "",
    nodeType: text(inputs, "nodeType") ?? "",
    parameterGroup: text(inputs, "parameterGroupName") ?? defaultParameterGroup.name,
    subnetGroup: text(inputs, "subnetGroupName") ?? "default",
    securityGroupIds: texts(inputs, "securityGroupIds"),
    maintenanceWindow: (
      text(inputs, "maintenanceWindow") ?? DEFAULTS.maintenanceWindow
    ).toLowerCase(),
    snapshotWindow: text(inputs, "snapshotWindow") ?? DEFAULTS.snapshotWindow,
    snapshotRetentionLimit:
      number(inputs, "snapshotRetentionLimit") ?? DEFAULTS.snapshotRetentionLimit,
    autoMinorVersionUpgrade: flag(inputs, "autoMinorVersionUpgrade") ?? true,
    tags: tags(inputs),
  };
}

/** `aws.elasticache.Cluster`: adopted from what exists, or a new standalone one. */
export function clusterKind(account: CacheAccount): ResourceKind {
  return {
    type: "aws:elasticache/cluster:Cluster",
    replaceOn: [
      "clusterId",
      "engine",
      "availabilityZone",
      "port",
      "networkType",
      "outpostMode",
      "preferredOutpostArn",
      "replicationGroupId",
      "snapshotArns",
      "snapshotName",
      "subnetGroupName",
      "transitEncryptionEnabled",
    ],
    actions: {
      create: "elasticache:CreateCacheCluster",
      update: "elasticache:ModifyCacheCluster",
      read: "elasticache:DescribeCacheClusters",
      delete: "elasticache:DeleteCacheCluster",
    },
    async create(inputs) {
      const id = text(inputs, "clusterId") ?? "";
      const created = await createCluster(account, id, settingsOf(inputs));
      return { id, outputs: { ...given(inputs), ...outputsOf(account, created) } };
    },
    async update(id, inputs) {
      const found = cluster(account, id);
      Object.assign(found.settings, settingsOf(inputs));
      await account.firewall.refresh();
      return { ...outputsOf(account, found), ...given(inputs) };
    },
    async read(id, state) {
      const found = account.clusters.get(id);
      if (!found || found.status === "deleting") return undefined;
      const outputs = { ...given(state), ...outputsOf(account, found) };
      return { id, outputs, inputs: inputsOf(found) };
    },
    delete: (id, state) => deleteCluster(account, id, text(state, "finalSnapshotIdentifier")),
  };
}

/** The inputs that describe a cluster, as an import finds them. */
function inputsOf({ id, settings }: CacheCluster) {
  return {
    clusterId: id,
    engine: "redis",
    engineVersion: shortVersion(ENGINE_VERSION),
    nodeType: settings.nodeType,
    numCacheNodes: 1,
    port: PORT,
    parameterGroupName: settings.parameterGroup,
    subnetGroupName: settings.subnetGroup,
    securityGroupIds: settings.securityGroupIds,
    maintenanceWindow: settings.maintenanceWindow,
    snapshotWindow: settings.snapshotWindow,
    snapshotRetentionLimit: settings.snapshotRetentionLimit,
    autoMinorVersionUpgrade: String(settings.autoMinorVersionUpgrade),
    ...(Object.keys(settings.tags).length > 0 && { tags: settings.tags }),
  };
}

function outputsOf(account: CacheAccount, found: CacheCluster) {
  const { node, settings } = found;
  return {
    ...inputsOf(found),
    arn: account.world.account.arn("elasticache", `cluster:${found.id}`),
    availabilityZone: node?.zone,
    azMode: "single-az",
    cacheNodes: node
      ? [
          {
            id: "0001",
            address: node.address,
            port: PORT,
            availabilityZone: node.zone,
            outpostArn: "",
          },
        ]
      : [],
    // Of Memcached only: the provider leaves them empty for Redis.
    clusterAddress: "",
    configurationEndpoint: "",
    engineVersionActual: ENGINE_VERSION,
    ipDiscovery: "ipv4",
    networkType: "ipv4",
    preferredOutpostArn: "",
    replicationGroupId: "",
    transitEncryptionEnabled: false,
    tagsAll: settings.tags,
  };
}

/** From version 6 on the provider names versions without the patch number. */
export const shortVersion = (version: string) => version.split(".").slice(0, 2).join(".");
