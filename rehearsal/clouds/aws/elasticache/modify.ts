import { setTimeout as delay } from "node:timers/promises";
import type {
  ModifyReplicationGroupCommandInput,
  TestFailoverCommandInput,
} from "@aws-sdk/client-elasticache";
import { sha256Hex } from "../../../servers/redisConfig.ts";
import { AwsError } from "../../world.ts";
import { group } from "./find.ts";
import { pointNames } from "./groups.ts";
import {
  atLeast,
  primaryOf,
  recordEvent,
  type CacheAccount,
  type ReplicationGroup,
} from "./model.ts";
import { serverParameters } from "./parameterGroups.ts";
import { assertSettings, assertToken } from "./validate.ts";

const MODIFICATION_MS = 60_000;

/** Changes a group that is available. Returns at once; the group is `modifying` until `done` resolves. */
export function modifyGroup(
  account: CacheAccount,
  input: ModifyReplicationGroupCommandInput,
): { group: ReplicationGroup; done: Promise<void> } {
  const found = available(account, input.ReplicationGroupId ?? "");
  if (input.TransitEncryptionEnabled === false || input.TransitEncryptionMode === "preferred") {
    const message = "Transit encryption cannot be relaxed on a group that requires it.";
    throw new AwsError("InvalidParameterCombinationException", message);
  }
  if (input.AuthToken !== undefined) assertToken(input.AuthToken);
  const settings = {
    ...found.settings,
    nodeType: input.CacheNodeType ?? found.settings.nodeType,
    parameterGroup: input.CacheParameterGroupName ?? found.settings.parameterGroup,
    securityGroupIds: input.SecurityGroupIds ?? found.settings.securityGroupIds,
    maintenanceWindow: input.PreferredMaintenanceWindow ?? found.settings.maintenanceWindow,
    snapshotWindow: input.SnapshotWindow ?? found.settings.snapshotWindow,
    snapshotRetentionLimit: input.SnapshotRetentionLimit ?? found.settings.snapshotRetentionLimit,
    description: input.ReplicationGroupDescription ?? found.settings.description,
    autoMinorVersionUpgrade:
      input.AutoMinorVersionUpgrade ?? found.settings.autoMinorVersionUpgrade,
  };
  assertSettings(account, settings);
  found.status = "modifying";
  return { group: found, done: apply(account, found, input, settings) };
}

async function apply(
  account: CacheAccount,
  found: ReplicationGroup,
  input: ModifyReplicationGroupCommandInput,
  settings: ReplicationGroup["settings"],
): Promise<void> {
  const shortest = delay(atLeast(account.world, MODIFICATION_MS));
  try {
    await changeToken(found, input);
    const reconfigure =
      settings.nodeType !== found.settings.nodeType ||
      settings.parameterGroup !== found.settings.parameterGroup;
    Object.assign(found.settings, settings);
    await account.firewall.refresh();
    found.automaticFailover = input.AutomaticFailoverEnabled ?? found.automaticFailover;
    found.multiAz = input.MultiAZEnabled ?? found.multiAz;
    if (reconfigure) {
      const parameters = serverParameters(account, settings);
      await Promise.all(found.nodes.map(({ server }) => server.configure(parameters)));
    }
    await shortest;
    recordEvent(account, found, `Replication group ${found.id} modified`);
  } finally {
    found.status = "available";
  }
}

/** ROTATE adds a token beside the one in use; SET leaves only the new one. */
async function changeToken(
  found: ReplicationGroup,
  input: ModifyReplicationGroupCommandInput,
): Promise<void> {
  const { AuthToken: token, AuthTokenUpdateStrategy: strategy = "ROTATE" } = input;
  if (token === undefined) return;
  if (!input.ApplyImmediately) {
    found.pendingToken = strategy === "SET" ? "SETTING" : "ROTATING";
    return;
  }
  const current = found.tokens.at(-1);
  const tokens = strategy === "SET" || current === undefined ? [token] : [current, token];
  const hashes = tokens.map(sha256Hex);
  await Promise.all(found.nodes.map(({ server }) => server.setPasswords(hashes)));
  found.tokens = tokens;
  found.pendingToken = undefined;
}

/** What the service does when the primary's node fails, on request. */
export function testFailover(
  account: CacheAccount,
  { ReplicationGroupId, NodeGroupId }: TestFailoverCommandInput,
): { group: ReplicationGroup; done: Promise<void> } {
  const found = available(account, ReplicationGroupId ?? "");
  if (NodeGroupId !== undefined && NodeGroupId !== "0001") {
    throw new AwsError("NodeGroupNotFoundFault", `NodeGroup ${NodeGroupId} not found.`, 404);
  }
  if (!found.automaticFailover) {
    const message = `Replication group ${found.id} does not have automatic failover enabled.`;
    throw new AwsError("InvalidReplicationGroupStateFault", message);
  }
  return { group: found, done: failOver(account, found) };
}

/** Promotes a replica and moves the names; what the old primary had not yet passed on is lost. */
export async function failOver(account: CacheAccount, of: ReplicationGroup): Promise<void> {
  const old = primaryOf(of);
  const next = of.nodes.find((node) => node !== old);
  if (!old || !next) return;
  of.status = "modifying";
  recordEvent(account, of, `Failover from primary node ${old.id} to replica ${next.id} started`);
  try {
    await next.server.becomePrimary();
    pointNames(account, { ...of, nodes: [next, old] });
    const others = of.nodes.filter((node) => node !== next);
    await Promise.all(others.map(({ server }) => server.follow(next.server)));
    recordEvent(
      account,
      of,
      `Failover from primary node ${old.id} to replica ${next.id} completed`,
    );
  } finally {
    of.status = "available";
  }
}

function available(account: CacheAccount, id: string): ReplicationGroup {
  const found = group(account, id);
  if (found.status === "available") return found;
  const message = `Replication group ${id} is in state ${found.status}, not available.`;
  throw new AwsError("InvalidReplicationGroupStateFault", message);
}
