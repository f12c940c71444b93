import type { Settings } from "../config.ts";
import { Mover } from "../mover/mover.ts";
import { MoverPlace } from "../mover/place.ts";
import type { EncryptedRedis } from "./encryptedRedis.ts";
import { REDIS_PORT } from "./engine.ts";
import { hasMover } from "./hasMover.ts";

/** Where the mover will stand, if there is one: before the target, which lets it in. */
export function declarePlace(settings: Settings, environment: string): MoverPlace | undefined {
  if (!hasMover(settings)) return undefined;
  const { app, dataClass, mover } = settings;
  const { subnetId, engine } = mover;
  return new MoverPlace("mover-place", { app, environment, dataClass, subnetId, engine });
}

/** The mover itself, between the source and `redis`. */
export function declareMover(
  settings: Settings,
  environment: string,
  place: MoverPlace,
  redis: EncryptedRedis,
): Mover | undefined {
  const { source } = redis;
  if (!hasMover(settings) || source === undefined) return undefined;
  const { app, dataClass, production, stage } = settings;
  const { existing } = settings.redis.network.securityGroup;
  return new Mover("mover", {
    app,
    environment,
    dataClass,
    place,
    instanceType: settings.mover.instanceType,
    package: settings.mover.package,
    kmsKeyArn: redis.kmsKeyArn,
    tokenSecretArn: redis.secretArn,
    access: {
      port: REDIS_PORT,
      target: existing ?? [redis.securityGroupIds.apply(([created]) => created!)],
      targetNamesMover: existing === undefined,
      source: source.securityGroupIds,
    },
    protect: production && stage !== "prepare",
  });
}
