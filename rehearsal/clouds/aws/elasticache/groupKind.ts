import { flag, given, number, tags, text, texts } from "../../properties.ts";
import { AwsError, type CheckFailure, type Properties, type ResourceKind } from "../../world.ts";
import { settingsOf, shortVersion } from "./clusterKind.ts";
import { ENGINE_VERSION } from "./describe.ts";
import { group } from "./find.ts";
import { createGroup, deleteGroup, type GroupRequest } from "./groups.ts";
import { namesIn, PORT, type CacheAccount, type ReplicationGroup } from "./model.ts";
import { modifyGroup } from "./modify.ts";

/** `aws.elasticache.ReplicationGroup`. */
export function groupKind(account: CacheAccount): ResourceKind {
  return {
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    replaceOn: [
      "replicationGroupId",
      "atRestEncryptionEnabled",
      "kmsKeyId",
      "snapshotName",
      "snapshotArns",
      "subnetGroupName",
      "port",
      "networkType",
      "dataTieringEnabled",
      "globalReplicationGroupId",
      "securityGroupNames",
    ],
    secrets: ["authToken", "authTokenWo"],
    actions: {
      create: "elasticache:CreateReplicationGroup",
      update: "elasticache:ModifyReplicationGroup",
      read: "elasticache:DescribeReplicationGroups",
      delete: "elasticache:DeleteReplicationGroup",
    },
    check: checkInputs,
    async create(inputs) {
      const created = createGroup(account, requestOf(inputs));
      await created.ready;
      return { id: created.id, outputs: { ...given(inputs), ...outputsOf(account, created) } };
    },
    async update(id, inputs, state) {
      const found = group(account, id);
      assertSameSize(found, inputs);
      await modifyGroup(account, modificationOf(id, inputs, state)).done;
      found.settings.tags = tags(inputs);
      return { ...outputsOf(account, found), ...given(inputs) };
    },
    async read(id, state) {
      const found = account.groups.get(id);
      // One that is being created is there already: whoever asks waits for it, as the provider does.
      await found?.ready.catch(() => {});
      if (!found || found.status === "deleting") return undefined;
      const outputs = { ...given(state), ...outputsOf(account, found) };
      return { id, outputs, inputs: inputsOf(found) };
    },
    delete: (id, state) => deleteGroup(account, id, text(state, "finalSnapshotIdentifier")),
  };
}

/** What the provider refuses before it asks the service. */
function checkInputs(inputs: Properties): readonly CheckFailure[] {
  const version = text(inputs, "engineVersion");
  if (version === undefined || /^[67]\.\d+$/.test(version)) return [];
  const reason = `engine version ${version} must have the form <major>.<minor> from version 6 on, for example 7.1`;
  return [{ property: "engineVersion", reason }];
}

function requestOf(inputs: Properties): GroupRequest {
  return {
    id: (text(inputs, "replicationGroupId") ?? "").toLowerCase(),
    settings: settingsOf(inputs),
    engineVersion: text(inputs, "engineVersion") ?? shortVersion(ENGINE_VERSION),
    numCacheClusters: number(inputs, "numCacheClusters") ?? 1,
    automaticFailover: flag(inputs, "automaticFailoverEnabled") ?? false,
    multiAz: flag(inputs, "multiAzEnabled") ?? false,
    atRestEncryption: flag(inputs, "atRestEncryptionEnabled") ?? false,
    kmsKeyId: text(inputs, "kmsKeyId"),
    transitEncryption: flag(inputs, "transitEncryptionEnabled") ?? false,
    transitEncryptionMode: text(inputs, "transitEncryptionMode") ?? "required",
    authToken: text(inputs, "authToken"),
    snapshotName: text(inputs, "snapshotName"),
  };
}

function assertSameSize(found: ReplicationGroup, inputs: Properties): void {
  const wanted = number(inputs, "numCacheClusters") ?? found.nodes.length;
  if (wanted === found.nodes.length) return;
  const message = `Replication group ${found.id} keeps its ${found.nodes.length} nodes: this stand-in adds and removes none.`;
  throw new AwsError("InvalidParameterValueException", message);
}

/** The call that takes the group from its state to the inputs: only what differs is sent. */
function modificationOf(id: string, inputs: Properties, state: Properties) {
  const changed = (name: string) =>
    JSON.stringify(inputs[name]) !== JSON.stringify(state[name]) && inputs[name] !== undefined;
  const changedText = (name: string) => (changed(name) ? text(inputs, name) : undefined);
  const strategy = text(inputs, "authTokenUpdateStrategy") ?? "ROTATE";
  return {
    ReplicationGroupId: id,
    ApplyImmediately: flag(inputs, "applyImmediately") ?? false,
    ReplicationGroupDescription: changedText("description"),
    CacheNodeType: changedText("nodeType"),
    CacheParameterGroupName: changedText("parameterGroupName"),
    PreferredMaintenanceWindow: changedText("maintenanceWindow"),
    SnapshotWindow: changedText("snapshotWindow"),
    SnapshotRetentionLimit: number(inputs, "snapshotRetentionLimit"),
    AutoMinorVersionUpgrade: flag(inputs, "autoMinorVersionUpgrade"),
    AutomaticFailoverEnabled: flag(inputs, "automaticFailoverEnabled"),
    MultiAZEnabled: flag(inputs, "multiAzEnabled"),
    TransitEncryptionEnabled: flag(inputs, "transitEncryptionEnabled"),
    ...(text(inputs, "transitEncryptionMode") === "preferred" && {
      TransitEncryptionMode: "preferred" as const,
    }),
    ...(changed("securityGroupIds") && {
      SecurityGroupIds: [...texts(inputs, "securityGroupIds")],
    }),
    // The provider sends both when either has changed, so that a token that was added can be left as the only one.
    ...((changed("authToken") || changed("authTokenUpdateStrategy")) && {
      AuthToken: text(inputs, "authToken"),
      AuthTokenUpdateStrategy: strategy === "SET" ? ("SET" as const) : ("ROTATE" as const),
    }),
  };
}

/** The inputs that describe a group, as an import finds them; a token cannot be read back. */
function inputsOf(found: ReplicationGroup) {
  const { settings } = found;
  return {
    replicationGroupId: found.id,
    description: settings.description,
    engine: "redis",
    engineVersion: shortVersion(ENGINE_VERSION),
    nodeType: settings.nodeType,
    numCacheClusters: found.nodes.length,
    port: PORT,
    automaticFailoverEnabled: found.automaticFailover,
    multiAzEnabled: found.multiAz,
    atRestEncryptionEnabled: found.kmsKeyId !== undefined,
    ...(found.kmsKeyId && { kmsKeyId: found.kmsKeyId }),
    transitEncryptionEnabled: true,
    transitEncryptionMode: "required",
    parameterGroupName: settings.parameterGroup,
    subnetGroupName: settings.subnetGroup,
    securityGroupIds: settings.securityGroupIds,
    maintenanceWindow: settings.maintenanceWindow,
    snapshotWindow: settings.snapshotWindow,
    snapshotRetentionLimit: settings.snapshotRetentionLimit,
    ...(found.snapshotName && { snapshotName: found.snapshotName }),
  };
}

function outputsOf(account: CacheAccount, found: ReplicationGroup) {
  const names = namesIn(account);
  return {
    ...inputsOf(found),
    arn: account.world.account.arn("elasticache", `replicationgroup:${found.id}`),
    autoMinorVersionUpgrade: String(found.settings.autoMinorVersionUpgrade),
    clusterEnabled: false,
    clusterMode: "disabled",
    configurationEndpointAddress: "",
    dataTieringEnabled: false,
    engineVersionActual: ENGINE_VERSION,
    globalReplicationGroupId: "",
    ipDiscovery: "ipv4",
    networkType: "ipv4",
    memberClusters: found.nodes.map(({ id }) => id),
    numNodeGroups: 1,
    replicasPerNodeGroup: Math.max(0, found.nodes.length - 1),
    primaryEndpointAddress: names.primary(found.id),
    readerEndpointAddress: names.reader(found.id),
    tagsAll: found.settings.tags,
  };
}
