import { z } from "zod";
import { securityGroupId, subnetId, vpcId } from "../config/awsIds.ts";
import { choice, oneOf, percent, text, whole, words } from "../config/fields.ts";
import { redisDefaults } from "./defaults.ts";
import { ENGINE_VERSION } from "./engine.ts";

const WINDOW_DAY = "(mon|tue|wed|thu|fri|sat|sun)";
const TIME = "([01]\\d|2[0-3]):[0-5]\\d";
/** What CloudWatch Logs accepts as retention. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

export const clusterId = text(
  /^[a-z](?:[a-z0-9]|-(?!-|$)){0,49}$/,
  "a cache cluster's id: up to 50 small letters, digits and single hyphens",
  "acme-redis-production",
);
export const snapshotName = text(
  /^[A-Za-z](?:[A-Za-z0-9]|-(?!-|$)){0,254}$/,
  "a snapshot's name: letters, digits and single hyphens, starting with a letter",
  "acme-redis-production-20260301-0130",
);
const nodeType = text(
  /^cache\.[a-z][a-z0-9]*\.(micro|small|medium|large|\d*xlarge)$/,
  "a cache node type",
  "cache.t3.micro",
);
// YAML reads 7.1 without quotes as a number.
const engineVersion = z.preprocess(
  (value) => (typeof value === "number" ? String(value) : value),
  text(
    ENGINE_VERSION,
    "a Redis engine version 7.x, which the parameter group redis7 is for",
    "7.1",
  ),
);
const count = whole(0, 1_000_000, 1000);

const kms = oneOf({
  create: z.literal(true).meta({ example: true }),
  existing: text(
    /^(alias\/[\w/-]+|arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+)$/,
    "a key's alias or its ARN",
    "alias/acme-redis",
  ),
});

const network = z.strictObject({
  vpcId: vpcId.optional(),
  subnetGroup: oneOf({
    existing: text(
      /^[A-Za-z0-9][\w.-]*$/,
      "a cache subnet group's name",
      "acme-cache-subnet-production",
    ),
    create: z.strictObject({
      subnetIds: z
        .array(subnetId)
        .min(2, "must name subnets in at least two zones, for Multi-AZ")
        .meta({ example: ["subnet-0a1b2c3d4e5f60718", "subnet-0b2c3d4e5f6071829"] }),
    }),
  }),
  securityGroup: oneOf({
    create: z.strictObject({
      allowFrom: z
        .array(securityGroupId)
        .min(1, "must name at least one security group that may connect"),
    }),
    existing: z.array(securityGroupId).min(1, "must name at least one security group"),
  }),
});

const record = z.strictObject({
  zoneId: text(/^Z[A-Z0-9]+$/, "a hosted zone's id", "Z0123456789ABCDEFGHIJ"),
  name: text(
    /^([a-z0-9_-]+\.)+[a-z]+$/,
    "a full domain name in small letters",
    "redis.acme.internal",
  ),
  ttl: whole(1, 86_400, 60).default(redisDefaults.recordTtl),
});

const thresholds = z.strictObject({
  cpuPercent: percent(80).optional(),
  engineCpuPercent: percent(80).optional(),
  memoryPercent: percent(80).optional(),
  evictions: count.optional(),
  connections: count.optional(),
  replicationLagSeconds: count.optional(),
  hitRatePercent: percent(80).optional(),
});

/** Settings of the target `redis`: `godwit:redis`. */
export const redisSchema = z.strictObject({
  source: z.strictObject({ clusterId }).optional(),
  seed: choice(["empty", "snapshot"], "snapshot"),
  engineVersion,
  nodeType,
  replicas: whole(1, 5, 1).default(redisDefaults.replicas),
  kms,
  network,
  record: record.optional(),
  alarms: oneOf({
    email: text(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "an e-mail address", "ops@example.com"),
    topicArn: text(
      /^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]+$/,
      "the ARN of an SNS topic",
      "arn:aws:sns:us-east-1:123456789012:ops",
    ),
  }),
  thresholds: thresholds.default({}),
  maintenanceWindow: text(
    new RegExp(`^${WINDOW_DAY}:${TIME}-${WINDOW_DAY}:${TIME}$`),
    "a weekly window in UTC",
    redisDefaults.maintenanceWindow,
  ).default(redisDefaults.maintenanceWindow),
  snapshotWindow: text(
    new RegExp(`^${TIME}-${TIME}$`),
    "a daily window in UTC",
    redisDefaults.snapshotWindow,
  ).default(redisDefaults.snapshotWindow),
  snapshotRetentionDays: whole(1, 35, 7).default(redisDefaults.snapshotRetentionDays),
  parameters: z.record(words("maxmemory-policy"), words("noeviction")).default({}),
  applyImmediately: z.boolean().default(redisDefaults.applyImmediately),
  authUpdateStrategy: choice(["ROTATE", "SET"], "ROTATE").default(redisDefaults.authUpdateStrategy),
  logRetentionDays: z
    .literal(RETENTION_DAYS)
    .meta({ example: 30 })
    .default(redisDefaults.logRetentionDays),
});

export type RedisSettings = z.output<typeof redisSchema>;
