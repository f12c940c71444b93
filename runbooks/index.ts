import type { RunbookEntry } from "../automation/step.ts";

/** Every runbook. Loaded only when it is used: `godwit list` needs no cloud SDK. */
export const runbooks: readonly RunbookEntry[] = [
  {
    name: "redis-encryption",
    title: "Move a plaintext Redis into an encrypted replication group",
    from: "plaintext ElastiCache",
    to: "encrypted replication group",
    load: async () => (await import("./redis-encryption.ts")).redisEncryption,
  },
];
