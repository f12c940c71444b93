import { AwsError } from "../../world.ts";
import { maxMemoryOf } from "./nodeTypes.ts";
import { parameterGroup } from "./parameterGroups.ts";
import { cacheNodeQuota } from "../account.ts";
import type { CacheAccount, CacheSettings } from "./model.ts";
import type { GroupRequest } from "./groups.ts";

const ENGINE_VERSIONS: readonly string[] = ["6.0", "6.2", "7.0", "7.1"];
const SHORTEST_TOKEN = 16;
const LONGEST_TOKEN = 128;
const DAYS = "mon|tue|wed|thu|fri|sat|sun";
const MAINTENANCE_WINDOW = new RegExp(
  `^(${DAYS}):([01]\\d|2[0-3]):[0-5]\\d-(${DAYS}):([01]\\d|2[0-3]):[0-5]\\d$`,
  "i",
);
const SNAPSHOT_WINDOW = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;

const invalid = (message: string) => new AwsError("InvalidParameterValueException", message);
const contradicting = (message: string) =>
  new AwsError("InvalidParameterCombinationException", message);

/** Throws what the service answers to a group that it cannot create as asked. */
export function assertGroupRequest(account: CacheAccount, request: GroupRequest): void {
  assertId(request.id);
  if (account.groups.has(request.id)) {
    const message = `Replication group ${request.id} already exists.`;
    throw new AwsError("ReplicationGroupAlreadyExistsFault", message);
  }
  if (!ENGINE_VERSIONS.includes(request.engineVersion)) {
    throw invalid(
      `Invalid engine version ${request.engineVersion}; valid are ${ENGINE_VERSIONS.join(", ")}.`,
    );
  }
  assertSettings(account, request.settings);
  assertAvailability(request);
  assertEncryption(account, request);
  assertQuota(account, request.numCacheClusters);
}

function assertId(id: string): void {
  if (!/^[a-z](-?[a-z0-9])*$/i.test(id) || id.length > 40) {
    throw invalid(
      `The replication group id ${JSON.stringify(id)} is not valid: 1 to 40 letters, digits and single hyphens, beginning with a letter.`,
    );
  }
}

/** Throws for settings that no cluster or group can have. */
export function assertSettings(account: CacheAccount, settings: CacheSettings): void {
  maxMemoryOf(settings.nodeType, 0);
  parameterGroup(account, settings.parameterGroup);
  if (!account.subnetGroups.has(settings.subnetGroup)) {
    const message = `Cache Subnet Group ${settings.subnetGroup} does not exist.`;
    throw new AwsError("CacheSubnetGroupNotFoundFault", message);
  }
  for (const id of settings.securityGroupIds) account.network.group(id);
  if (!MAINTENANCE_WINDOW.test(settings.maintenanceWindow)) {
    throw invalid(`Invalid maintenance window format: ${settings.maintenanceWindow}`);
  }
  if (!SNAPSHOT_WINDOW.test(settings.snapshotWindow)) {
    throw invalid(`Invalid snapshot window format: ${settings.snapshotWindow}`);
  }
  if (settings.snapshotRetentionLimit < 0 || settings.snapshotRetentionLimit > 35) {
    throw invalid("The snapshot retention limit must be between 0 and 35 days.");
  }
}

function assertAvailability(request: GroupRequest): void {
  if (request.numCacheClusters < 1 || request.numCacheClusters > 6) {
    throw invalid("A replication group has between 1 and 6 nodes.");
  }
  if (request.automaticFailover && request.numCacheClusters < 2) {
    throw contradicting("Automatic failover needs a replica: at least 2 cache clusters.");
  }
  if (request.multiAz && !request.automaticFailover) {
    throw contradicting("Multi-AZ needs automatic failover to be enabled.");
  }
}

function assertEncryption(account: CacheAccount, request: GroupRequest): void {
  if (!request.transitEncryption || request.transitEncryptionMode !== "required") {
    throw contradicting(
      "This stand-in serves replication groups with transit encryption in mode `required` only.",
    );
  }
  if (request.authToken === undefined) {
    throw contradicting("This stand-in serves replication groups with an AUTH token only.");
  }
  assertToken(request.authToken);
  if (request.kmsKeyId !== undefined) assertKey(account, request.kmsKeyId);
  if (request.kmsKeyId !== undefined && !request.atRestEncryption) {
    throw contradicting("A KMS key needs at-rest encryption to be enabled.");
  }
}

/** Throws for a token of the wrong length or with a character that the service does not take. */
export function assertToken(token: string): void {
  const { length } = token;
  if (length < SHORTEST_TOKEN || length > LONGEST_TOKEN || !/^[A-Za-z0-9!&#$^<>-]+$/.test(token)) {
    throw invalid(
      "Invalid AuthToken provided: it must have 16 to 128 letters, digits or characters of ! & # $ ^ < > -.",
    );
  }
}

function assertKey(account: CacheAccount, kmsKeyId: string): void {
  try {
    account.keys.usable(kmsKeyId, "ENCRYPT_DECRYPT");
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError("InvalidKMSKeyFault", `The KMS key cannot be used: ${error.message}`);
  }
}

function assertQuota(account: CacheAccount, wanted: number): void {
  const groups = [...account.groups.values()].reduce((sum, { nodes }) => sum + nodes.length, 0);
  if (account.clusters.size + groups + wanted <= cacheNodeQuota) return;
  const message = `The request would exceed the quota of ${cacheNodeQuota} nodes per Region.`;
  throw new AwsError("NodeQuotaForCustomerExceededFault", message);
}
