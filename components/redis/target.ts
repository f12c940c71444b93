import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../config.ts";
import type { EncryptedRedisArgs } from "./args.ts";
import { redisCost } from "./cost.ts";
import { EncryptedRedis } from "./encryptedRedis.ts";

/** Declares what the settings of the target `redis` ask for, and returns the stack's outputs. */
export function redisTarget(settings: Settings): Record<string, unknown> {
  const redis = new EncryptedRedis("redis", redisArgs(settings, pulumi.getStack()));
  return {
    groupId: redis.groupId,
    primary: redis.primary,
    reader: redis.reader,
    port: redis.port,
    secretArn: redis.secretArn,
    kmsKeyArn: redis.kmsKeyArn,
    securityGroupIds: redis.securityGroupIds,
    alarmTopicArn: redis.alarmTopicArn,
    connection: redis.connection,
    source: redis.source,
    record: settings.redis.record?.name,
    monthlyCost: redisCost(settings),
  };
}

/** The component's arguments that a stack's settings mean. */
export function redisArgs(settings: Settings, environment: string): EncryptedRedisArgs {
  const { app, stage, production, dataClass, snapshot, finalSnapshot } = settings;
  const { source, seed, record, ...rest } = settings.redis;
  return {
    ...rest,
    app,
    environment,
    stage,
    production,
    dataClass,
    seed:
      seed === "empty"
        ? { from: "nothing" }
        : { from: "snapshot", ...(snapshot !== undefined && { name: snapshot }) },
    ...(source && { source: { ...source, finalSnapshot } }),
    ...(record && { record }),
  };
}
