import type { SettingsOf } from "../config.ts";
import type { MoverPlace } from "../mover/place.ts";
import { relayPorts } from "../relay/defaults.ts";
import { RelayPlace } from "../relay/place.ts";
import { Relays } from "../relay/relays.ts";
import { plainConnection } from "./connection.ts";
import { dataAccess } from "./dataAccess.ts";
import type { EncryptedRedis } from "./encryptedRedis.ts";
import { REDIS_PORT } from "./engine.ts";
import { hasRelays } from "./hasRelays.ts";

/** Where the relays will stand, if there are any: before the target, which lets them in. */
export function declareRelayPlace(
  settings: SettingsOf<"redis">,
  environment: string,
  moverPlace: MoverPlace | undefined,
): RelayPlace | undefined {
  if (!hasRelays(settings) || moverPlace === undefined) return undefined;
  const { app, dataClass, relay } = settings;
  return new RelayPlace("relay-place", {
    app,
    environment,
    dataClass,
    subnetIds: relay.subnetIds,
    allowFrom: relay.allowFrom,
    port: REDIS_PORT,
    moverGroupId: moverPlace.securityGroupId,
  });
}

/** The relays themselves, between the source and `redis`. */
export function declareRelays(
  settings: SettingsOf<"redis">,
  environment: string,
  place: RelayPlace,
  redis: EncryptedRedis,
): Relays | undefined {
  const { source, primary, groupId } = redis;
  if (!hasRelays(settings) || !source || !primary || !groupId) return undefined;
  const { app, dataClass, relay, relayUntil } = settings;
  return new Relays("relays", {
    app,
    environment,
    dataClass,
    place,
    runbook: "redis-encryption",
    instanceType: relay.instanceType,
    package: relay.package,
    maxClients: relay.maxClients,
    until: relayUntil,
    move: groupId,
    source: { host: source.host, port: source.port },
    target: { host: primary, port: redis.port },
    kmsKeyArn: redis.kmsKeyArn,
    tokenSecretArn: redis.secretArn,
    access: dataAccess(settings, redis, source),
  });
}

/** What the stack's outputs say of the relays: how clients reach them, and how a run does. */
export function relayOutput(
  { relayUntil }: SettingsOf<"redis">,
  place: RelayPlace,
  relays: Relays,
  redis: EncryptedRedis,
) {
  return {
    host: place.host,
    port: place.port,
    controlPort: relayPorts.control,
    healthPort: relayPorts.health,
    controlSecretArn: relays.controlSecretArn,
    securityGroupId: place.securityGroupId,
    until: relayUntil,
    move: redis.groupId,
    nodes: relays.nodes,
    connection: plainConnection(place),
  };
}
