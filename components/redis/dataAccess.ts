import type { SettingsOf } from "../config.ts";
import type { DataAccess } from "../machine/access.ts";
import type { EncryptedRedis } from "./encryptedRedis.ts";
import { REDIS_PORT } from "./engine.ts";

/** The source and `redis` as a machine between them reaches them. */
export function dataAccess(
  settings: SettingsOf<"redis">,
  redis: EncryptedRedis,
  source: NonNullable<EncryptedRedis["source"]>,
): DataAccess {
  const { existing } = settings.redis.network.securityGroup;
  return {
    port: REDIS_PORT,
    target: existing ?? [redis.securityGroupIds.apply(([created]) => created!)],
    targetNamesIt: existing === undefined,
    source: source.securityGroupIds,
    fence: redis.fenceGroupId,
  };
}
