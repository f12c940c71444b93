import type { Preflight } from "../automation/preflight.ts";
import type { RunbookEntry } from "../automation/step.ts";

/** Every runbook. Loaded only when it is used: `godwit list` needs no cloud SDK. */
export const runbooks: readonly RunbookEntry[] = [
  {
    name: "redis-encryption",
    title: "Move a plaintext Redis into an encrypted replication group",
    from: "plaintext ElastiCache",
    to: "encrypted replication group",
    load: async () => (await import("./redis-encryption.ts")).redisEncryption,
    relay: async (host) => await (await import("./relays/redis.ts")).relayRedis(host),
  },
];

/** What is looked at before a target is updated. */
export const preflight: Preflight = async (target, subject) =>
  await (await import("./preflight/index.ts")).preflight(target, subject);
