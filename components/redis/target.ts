import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../config.ts";
import type { MoverPlace } from "../mover/place.ts";
import type { EncryptedRedisArgs, NetworkArgs } from "./args.ts";
import { redisCost } from "./cost.ts";
import { EncryptedRedis } from "./encryptedRedis.ts";
import { declareMover, declarePlace } from "./mover.ts";

/** Declares what the settings of the target `redis` ask for, and returns the stack's outputs. */
export function redisTarget(settings: Settings): Record<string, unknown> {
  const environment = pulumi.getStack();
  const place = declarePlace(settings, environment);
  const redis = new EncryptedRedis("redis", redisArgs(settings, environment, place));
  const mover = place && declareMover(settings, environment, place, redis);
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
    mover: mover && {
      instanceId: mover.instanceId,
      engineSecretArn: mover.engineSecretArn,
      securityGroupId: mover.securityGroupId,
    },
    monthlyCost: redisCost(settings),
  };
}

/** The component's arguments that a stack's settings mean; a mover's place may connect to the group. */
export function redisArgs(
  settings: Settings,
  environment: string,
  place?: Pick<MoverPlace, "securityGroupId">,
): EncryptedRedisArgs {
  const { app, stage, production, dataClass, finalSnapshot } = settings;
  const { source, seed: _, record, network, ...rest } = settings.redis;
  return {
    ...rest,
    app,
    environment,
    stage,
    production,
    dataClass,
    seed: seedOf(settings),
    network: place ? openTo(network, place) : network,
    ...(source && { source: { ...source, finalSnapshot } }),
    ...(record && { record }),
  };
}

function seedOf({ mode, snapshot, redis }: Settings): EncryptedRedisArgs["seed"] {
  if (mode === "live" || redis.seed === "empty") return { from: "nothing" };
  return { from: "snapshot", ...(snapshot !== undefined && { name: snapshot }) };
}

/** A group that is created names the mover itself; to existing ones the mover adds its rule. */
function openTo(
  network: NetworkArgs,
  { securityGroupId }: Pick<MoverPlace, "securityGroupId">,
): NetworkArgs {
  const { create } = network.securityGroup;
  if (!create) return network;
  const allowFrom = pulumi
    .output(create.allowFrom)
    .apply((groups) => pulumi.output([...groups, securityGroupId]));
  return { ...network, securityGroup: { create: { allowFrom } } };
}
