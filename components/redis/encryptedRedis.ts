import * as pulumi from "@pulumi/pulumi";
import type { ReplicationGroup } from "@pulumi/aws/elasticache/replicationGroup.js";
import { cloudWatchAlarms } from "../alarms.ts";
import type { Stage } from "../config.ts";
import { ownershipTags } from "../tags.ts";
import { redisAlarms } from "./alarms.ts";
import type { EncryptedRedisArgs } from "./args.ts";
import { createAuthToken, storeSecondToken } from "./authToken.ts";
import { checkArgs } from "./check.ts";
import { encryptedConnection, plainConnection } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { redisDefaults } from "./defaults.ts";
import { REDIS_PORT } from "./engine.ts";
import { createGroup } from "./group.ts";
import type { GroupParts } from "./group.ts";
import { resolveKey } from "./key.ts";
import { createLogs } from "./logs.ts";
import { resolveNetwork } from "./network.ts";
import { createParameterGroup } from "./parameterGroup.ts";
import { createRecord } from "./record.ts";
import { adoptSource, isFenced } from "./source.ts";
import type { AdoptedSource, SourceEndpoint } from "./source.ts";
import { alarmDefaults } from "./thresholds.ts";
import { resolveTopic } from "./topic.ts";
import { mayHoldData } from "./whole.ts";
import type { Whole } from "./whole.ts";

/**
 * A Redis that is encrypted at rest and in transit and asks for a token, beside or in place of a plaintext one.
 *
 * Creates: KMS key with alias, AUTH token in Secrets Manager, security group and subnet group where asked for,
 * parameter group, two encrypted log groups, a Multi-AZ replication group, seven alarms for each node, a private name; in
 * a move behind relays the security group that fences the source.
 *
 * Touches on the source: in a move behind relays its security groups, which the fence replaces in stages `fence` and
 * `cutover`. Else nothing: it is adopted so that its retirement is an update like any other, and is left alone until then.
 *
 * Irreversible: the update to stage `settled` after `source.finalSnapshot` was set. It deletes the source; its final
 * snapshot stays. A group that is replaced loses its data: engine, key, subnet group and snapshot are for good.
 *
 * Undo: before `cutover`, destroy; the source goes on as it was. After it, go back to stage `prepare` through a run,
 * which carries back what was written since.
 *
 * Cost: about 28 $ a month with two cache.t3.micro, where the plaintext one costs 12 $; see cost.ts.
 *
 * @example
 * new EncryptedRedis("redis", {
 *   app: "acme", environment: "prod", dataClass: "confidential", stage: "settled",
 *   seed: { from: "nothing" }, engineVersion: "7.1", nodeType: "cache.t3.micro", kms: { create: true },
 *   network: {
 *     subnetGroup: { existing: "acme-cache-subnet-production" },
 *     securityGroup: { existing: ["sg-0a1b2c3d4e5f60718"] },
 *   },
 *   alarms: { email: "ops@example.com" },
 * });
 */
export class EncryptedRedis extends pulumi.ComponentResource {
  /** Id of the replication group. As primary and reader, none while it waits for its snapshot. */
  public readonly groupId: pulumi.Output<string> | undefined;
  /** The service's own name for the primary, which its certificate carries. */
  public readonly primary: pulumi.Output<string> | undefined;
  /** The service's own name for reads that may be a little behind. */
  public readonly reader: pulumi.Output<string> | undefined;
  public readonly port: pulumi.Output<number>;
  /** Where the AUTH token is: a reference, never the token. */
  public readonly secretArn: pulumi.Output<string>;
  /** The AUTH token itself, for a secret of the application's own form; a Pulumi secret, and no output of the stack. */
  public readonly authToken: pulumi.Output<string>;
  public readonly kmsKeyArn: pulumi.Output<string>;
  public readonly securityGroupIds: pulumi.Output<string[]>;
  public readonly alarmTopicArn: pulumi.Output<string>;
  /** How the application connects to the encrypted group. */
  public readonly connection: Connection | undefined;
  /** The source's own endpoint, and how the application connects to it: the way back. */
  public readonly source: (SourceEndpoint & { readonly connection: Connection }) | undefined;
  /** The group that fences the source, as long as there is one that can be fenced. */
  public readonly fenceGroupId: pulumi.Output<string> | undefined;

  constructor(name: string, args: EncryptedRedisArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArgs(args);
    super("godwit:redis:EncryptedRedis", name, {}, opts);
    const whole = describeWhole(name, this, args);

    const key = resolveKey(whole, args.kms);
    const token = createAuthToken(whole, key, args.tokenRotation ?? "none");
    const network = resolveNetwork(whole, args.network);
    const parameters = createParameterGroup(whole, args.parameters ?? {});
    const logs = createLogs(whole, key, args.logRetentionDays ?? redisDefaults.logRetentionDays);
    const topicArn = resolveTopic(whole, key, args.alarms);
    const source = declaredSource(whole, args);
    const group = declaredGroup(whole, args, { key, token, network, parameters, logs });
    storeSecondToken(whole, token, group);
    watch(whole, args, group, topicArn);
    pointRecord(whole, args, group, source);

    this.groupId = group?.replicationGroupId;
    this.primary = group?.primaryEndpointAddress;
    this.reader = group?.readerEndpointAddress;
    this.port = pulumi.output(REDIS_PORT);
    this.secretArn = token.secret.arn;
    this.authToken = token.value;
    this.kmsKeyArn = key.arn;
    this.securityGroupIds = network.securityGroupIds;
    this.alarmTopicArn = topicArn;
    this.connection = this.primary && encryptedConnection(this.primary, this.port, this.secretArn);
    this.source = source && describeSource(source);
    this.fenceGroupId = source?.fenceGroupId;
    this.registerOutputs({
      groupId: this.groupId,
      primary: this.primary,
      reader: this.reader,
      port: this.port,
      secretArn: this.secretArn,
      kmsKeyArn: this.kmsKeyArn,
      securityGroupIds: this.securityGroupIds,
      alarmTopicArn: this.alarmTopicArn,
      connection: this.connection,
      source: this.source,
      fenceGroupId: this.fenceGroupId,
    });
  }
}

function describeWhole(name: string, parent: pulumi.Resource, args: EncryptedRedisArgs): Whole {
  const production = args.production ?? false;
  return {
    name,
    parent,
    app: args.app,
    tags: ownershipTags(args),
    production,
    // Until it serves all data is on the source, and taking the group back must stay easy.
    protect: production && mayHoldData(args.stage),
  };
}

/** No longer declared once settled, so that the update to it deletes the source. */
function declaredSource(
  whole: Whole,
  { stage, source }: EncryptedRedisArgs,
): AdoptedSource | undefined {
  if (stage === "settled" || source === undefined) return undefined;
  return adoptSource(whole, source, isFenced(stage));
}

function describeSource({ host, port, securityGroupIds }: SourceEndpoint) {
  return { host, port, securityGroupIds, connection: plainConnection({ host, port }) };
}

/** Not declared before there is a snapshot to restore from: a group cannot be filled by one later. */
function declaredGroup(
  whole: Whole,
  args: EncryptedRedisArgs,
  parts: GroupParts,
): ReplicationGroup | undefined {
  const { seed } = args;
  if (seed.from === "nothing") return createGroup(whole, args, parts, undefined);
  return seed.name === undefined ? undefined : createGroup(whole, args, parts, seed.name);
}

function watch(
  { name, parent, tags, app }: Whole,
  args: EncryptedRedisArgs,
  group: ReplicationGroup | undefined,
  topicArn: pulumi.Output<string>,
): void {
  if (group === undefined) return;
  const nodes = 1 + (args.replicas ?? redisDefaults.replicas);
  const alarms = redisAlarms(group.replicationGroupId, nodes, {
    ...alarmDefaults,
    ...args.thresholds,
  });
  cloudWatchAlarms(name, alarms, { watched: `${app}-redis`, topicArn, tags, parent });
}

function pointRecord(
  whole: Whole,
  { stage, record, relay }: EncryptedRedisArgs,
  group: ReplicationGroup | undefined,
  source: SourceEndpoint | undefined,
): void {
  if (record === undefined) return;
  const leadsTo = {
    prepare: source?.host,
    relay: relay?.host,
    fence: relay?.host,
    cutover: group?.primaryEndpointAddress,
    settled: group?.primaryEndpointAddress,
  } satisfies Record<Stage, pulumi.Input<string> | undefined>;
  const host = leadsTo[stage];
  if (host !== undefined) createRecord(whole, record, { host, original: stage === "prepare" });
}
