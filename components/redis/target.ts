import * as pulumi from "@pulumi/pulumi";
import { beginsEmpty } from "../config.ts";
import type { SettingsOf } from "../config.ts";
import type { MoverPlace } from "../mover/place.ts";
import type { RelayPlace } from "../relay/place.ts";
import type { EncryptedRedisArgs, NetworkArgs, SourceArgs } from "./args.ts";
import { redisCost } from "./cost.ts";
import { EncryptedRedis } from "./encryptedRedis.ts";
import { declareMover, declarePlace } from "./mover.ts";
import { declareRelayPlace, declareRelays, relayOutput } from "./relays.ts";

/** Declares what the settings of the target `redis` ask for, and returns the stack's outputs. */
export function redisTarget(settings: SettingsOf<"redis">): Record<string, unknown> {
  const environment = pulumi.getStack();
  const moverPlace = declarePlace(settings, environment);
  const relayPlace = declareRelayPlace(settings, environment, moverPlace);
  const places = { mover: moverPlace, relay: relayPlace };
  const redis = new EncryptedRedis("redis", redisArgs(settings, environment, places));
  const relays = relayPlace && declareRelays(settings, environment, relayPlace, redis);
  const mover =
    moverPlace && declareMover(settings, environment, { place: moverPlace, redis, relays });
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
    relay: relayPlace && relays && relayOutput(settings, relayPlace, relays, redis),
    monthlyCost: redisCost(settings),
  };
}

/** Where the machines of a move stand, those that there are. */
interface Places {
  readonly mover?: Pick<MoverPlace, "securityGroupId"> | undefined;
  readonly relay?: Pick<RelayPlace, "securityGroupId" | "host" | "vpcId"> | undefined;
}

/** The component's arguments that a stack's settings mean; machines at the places may connect to the group. */
export function redisArgs(
  settings: SettingsOf<"redis">,
  environment: string,
  places: Places = {},
): EncryptedRedisArgs {
  const { app, stage, production, dataClass, tokenRotation } = settings;
  const { source: _source, seed: _seed, record, network, ...rest } = settings.redis;
  const machines = [places.mover, places.relay].flatMap((place) => place?.securityGroupId ?? []);
  const source = sourceOf(settings, places.relay, machines);
  return {
    ...rest,
    app,
    environment,
    stage,
    production,
    dataClass,
    seed: seedOf(settings),
    network: openTo(network, machines),
    tokenRotation,
    ...(source && { source }),
    ...(record && { record }),
    ...(places.relay && { relay: { host: places.relay.host } }),
  };
}

/** The source, behind relays with its fence, which only the machines get through. */
function sourceOf(
  { redis, finalSnapshot, sourceSecurityGroups }: SettingsOf<"redis">,
  relay: Places["relay"],
  machines: readonly pulumi.Output<string>[],
): SourceArgs | undefined {
  if (redis.source === undefined) return undefined;
  const source = { ...redis.source, finalSnapshot };
  if (relay === undefined) return source;
  const fence = { vpcId: relay.vpcId, allowFrom: [...machines] };
  return { ...source, fence, securityGroupIds: sourceSecurityGroups };
}

function seedOf({ mode, snapshot, redis }: SettingsOf<"redis">): EncryptedRedisArgs["seed"] {
  if (beginsEmpty(mode) || redis.seed === "empty") return { from: "nothing" };
  return { from: "snapshot", ...(snapshot !== undefined && { name: snapshot }) };
}

/** A group that is created names the machines itself; to existing ones each machine adds its rule. */
function openTo(network: NetworkArgs, machines: readonly pulumi.Output<string>[]): NetworkArgs {
  const { create } = network.securityGroup;
  if (!create || machines.length === 0) return network;
  const allowFrom = pulumi
    .output(create.allowFrom)
    .apply((groups) => pulumi.output([...groups, ...machines]));
  return { ...network, securityGroup: { create: { allowFrom } } };
}
