import type { CacheCluster } from "@aws-sdk/client-elasticache";
import { failure, refusal } from "../../automation/errors.ts";
import { memoryForKeys, type SettingsOf } from "../../components/config.ts";

type TargetSettings = Pick<
  SettingsOf<"redis">["redis"],
  "engineVersion" | "nodeType" | "parameters"
>;

/** Above this share of its memory a server counts as full: it needs the rest for buffers and for what is yet to come. */
const FULL_FRACTION = 0.9;
const MIB = 2 ** 20;

/** Refuses a cluster that is no plaintext, standalone Redis. */
export function refuseUnsuitableCluster(cluster: CacheCluster): void {
  const id = cluster.CacheClusterId!;
  if (cluster.CacheClusterStatus !== "available") {
    throw unsuitable(`${id} is ${cluster.CacheClusterStatus}`, "Wait until it is available.");
  }
  if (cluster.Engine !== "redis" && cluster.Engine !== "valkey") {
    throw unsuitable(`${id} runs ${cluster.Engine}`, "Only Redis and Valkey can be moved.");
  }
  if (cluster.TransitEncryptionEnabled || cluster.AuthTokenEnabled) {
    const has = cluster.TransitEncryptionEnabled ? "TLS" : "an AUTH token";
    throw unsuitable(
      `${id} has ${has} already, so it is no plaintext source`,
      "If only encryption at rest is missing, restore a snapshot of it with a KMS key; this runbook is for plaintext sources.",
    );
  }
  if (cluster.ReplicationGroupId) {
    throw unsuitable(
      `${id} belongs to replication group ${cluster.ReplicationGroupId}`,
      "Name a standalone cluster in `godwit:redis.source.clusterId`.",
    );
  }
}

/** Refuses a target that could not read the source's snapshot: Redis restores no value of a newer Redis. */
export function refuseOlderTarget(sourceVersion: string, { engineVersion }: TargetSettings): void {
  if (isAtLeast(engineVersion, sourceVersion)) return;
  throw unsuitable(
    `it runs ${sourceVersion} and the target would run ${engineVersion}, which cannot restore keys that a newer version has written`,
    `Set \`godwit:redis.engineVersion\` to ${majorAndMinor(sourceVersion).join(".")} or later.`,
  );
}

/** What holds writes at the switch: `CLIENT PAUSE … WRITE`. */
const FENCE_VERSION = "6.2";

/** Refuses a source that cannot be fenced for a moment, as a switch through relays must. */
export function refuseUnfenceableSource(sourceVersion: string): void {
  if (isAtLeast(sourceVersion, FENCE_VERSION)) return;
  throw unsuitable(
    `it runs ${sourceVersion}, and relays need Redis ${FENCE_VERSION} or later, whose writes can be paused`,
    "Use `--mode live`, or upgrade it first.",
  );
}

/** Asks a server's `INFO` what a snapshot could not carry over, and whether the target has room for it. */
export function refuseUnsuitableServer(
  info: Readonly<Record<string, string>>,
  target: TargetSettings,
): void {
  if (info["cluster_enabled"] === "1") {
    throw unsuitable(
      "it runs in cluster mode: its keys are spread over shards, which a snapshot cannot bring into one group",
      "Move it to a cluster-mode group of the same number of shards instead.",
    );
  }
  const [used, max] = [Number(info["used_memory"]), Number(info["maxmemory"])];
  const evicted = Number(info["evicted_keys"]);
  if (max > 0 && used > FULL_FRACTION * max && info["maxmemory_policy"] !== "noeviction") {
    throw unsuitable(
      `it uses ${Math.round((100 * used) / max)} % of its memory and evicts keys (${info["maxmemory_policy"]}, ${evicted} so far): what is evicted during the move would look like a loss`,
      "Scale it up first (for example to cache.r6g.large), then start again.",
    );
  }
  refuseSmallTarget(used, target);
}

/** Refuses a source that asks for a password: its `AUTH` is not ElastiCache's own. */
export function needsPassword() {
  return unsuitable(
    "it asks for a password (AUTH), so it is no plaintext source",
    "This runbook is for sources that are open to whoever reaches them.",
  );
}

/** Refuses a target that would have to evict keys as soon as it serves. */
export function refuseSmallTarget(used: number, target: TargetSettings): void {
  const room = memoryForKeys(target);
  if (room === undefined || used <= FULL_FRACTION * room) return;
  throw unsuitable(
    `its keys take ${mib(used)} MiB and the target, a ${target.nodeType}, has ${mib(room)} MiB for them: it would evict keys or refuse writes`,
    "Set a larger `godwit:redis.nodeType`, for example cache.r6g.large.",
  );
}

/** Fails for a server that had to drop keys for want of memory, or is about to: the cause is plainer than each lost key. */
export function assertNothingEvicted(info: Readonly<Record<string, string>>): void {
  const [evicted, used, max] = ["evicted_keys", "used_memory", "maxmemory"].map((name) =>
    Number(info[name]),
  ) as [number, number, number];
  if (evicted === 0 && (max === 0 || used < max)) return;
  const has = evicted > 0 ? `has evicted ${evicted} keys` : "has no memory left";
  throw failure(
    "target-evicts",
    `The target ${has}: it uses ${used} of ${max} bytes (maxmemory, ${info["maxmemory_policy"]}), which is too little for the source's data.`,
    "",
    "Set a larger `godwit:redis.nodeType`, for example cache.r6g.large, and use `godwit resume RUN`: the target is restored from a new snapshot.",
  );
}

/** Compares major and minor version: patches do not change how values are written. */
function isAtLeast(version: string, least: string): boolean {
  const [major, minor] = majorAndMinor(version);
  const [leastMajor, leastMinor] = majorAndMinor(least);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

function majorAndMinor(version: string): [number, number] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return [major, minor];
}

function mib(bytes: number): string {
  return Math.ceil(bytes / MIB).toLocaleString("en");
}

function unsuitable(what: string, next: string) {
  return refusal("unsuitable-source", `The source cannot be moved: ${what}.`, next);
}
