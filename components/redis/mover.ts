import type { SettingsOf } from "../config.ts";
import { Mover } from "../mover/mover.ts";
import { MoverPlace } from "../mover/place.ts";
import type { Relays } from "../relay/relays.ts";
import { dataAccess } from "./dataAccess.ts";
import type { EncryptedRedis } from "./encryptedRedis.ts";
import { hasMover } from "./hasMover.ts";
import { mayHoldData } from "./whole.ts";

/** Where the mover will stand, if there is one: before the target, which lets it in. */
export function declarePlace(
  settings: SettingsOf<"redis">,
  environment: string,
): MoverPlace | undefined {
  if (!hasMover(settings)) return undefined;
  const { app, dataClass, mover } = settings;
  const { subnetId, engine } = mover;
  return new MoverPlace("mover-place", { app, environment, dataClass, subnetId, engine });
}

/** What a mover works with: where it stands, the target, and the relays that it leads. */
interface Surroundings {
  readonly place: MoverPlace;
  readonly redis: EncryptedRedis;
  readonly relays: Relays | undefined;
}

/** The mover itself, between the source and `redis`. */
export function declareMover(
  settings: SettingsOf<"redis">,
  environment: string,
  { place, redis, relays }: Surroundings,
): Mover | undefined {
  const { source } = redis;
  if (!hasMover(settings) || source === undefined) return undefined;
  const { app, dataClass, production, stage } = settings;
  return new Mover("mover", {
    app,
    environment,
    dataClass,
    place,
    instanceType: settings.mover.instanceType,
    package: settings.mover.package,
    kmsKeyArn: redis.kmsKeyArn,
    tokenSecretArn: redis.secretArn,
    ...(relays && { controlSecretArn: relays.controlSecretArn }),
    access: dataAccess(settings, redis, source),
    protect: production && mayHoldData(stage),
  });
}
