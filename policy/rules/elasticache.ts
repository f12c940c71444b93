import { input, isGiven, UNKNOWN } from "../plan.ts";
import type { Rule } from "../rule.ts";
import { broken, given, isTrue, number, packed, truth, when } from "../rule.ts";

const GROUP = "aws:elasticache/replicationGroup:ReplicationGroup";
const CLUSTER = "aws:elasticache/cluster:Cluster";
/** Days; cdk-nag, AWS Config and Prowler agree on it. */
const BACKUP_DAYS = 15;

/**
 * Redis. AWS asks for encryption both ways, a token and a subnet group where there is PHI; the public packs only for
 * backups. A cluster of its own is found as unencrypted, whatever else is wrong with it.
 */
export const elasticache: readonly Rule[] = [
  packed({
    id: "ElastiCacheRedisClusterAutomaticBackup",
    holds: `backups are kept for ${BACKUP_DAYS} days`,
    remedy: `Set snapshotRetentionDays to ${BACKUP_DAYS} or more.`,
    hipaa: "164.308(a)(7)(i)",
    config: "elasticache-redis-cluster-automatic-backup-check",
    prowler: "elasticache_redis_cluster_backup_enabled",
    types: [GROUP],
    judge: (redis) => {
      const days = number(input(redis, "snapshotRetentionLimit"));
      const kept = days === UNKNOWN ? UNKNOWN : days >= BACKUP_DAYS;
      return when(kept, `keeps backups for ${String(days)} days, not ${BACKUP_DAYS}`);
    },
  }),
  {
    id: "ElastiCacheEncryptedAtRest",
    holds: "Redis is encrypted at rest",
    remedy: "Build an encrypted group and move: `godwit plan redis-encryption`.",
    hipaa: "164.312(a)(2)(iv)",
    cdkNag: "AwsSolutions-AEC3",
    config: "elasticache-repl-grp-encrypted-at-rest",
    prowler: "elasticache_redis_cluster_rest_encryption_enabled",
    types: [GROUP, CLUSTER],
    judge: (redis) =>
      redis.type === CLUSTER
        ? broken("is a cluster of its own, which cannot be encrypted at rest")
        : when(truth(input(redis, "atRestEncryptionEnabled")), "is not encrypted at rest"),
  },
  {
    id: "ElastiCacheEncryptedInTransit",
    holds: "Redis takes connections over TLS only",
    remedy: "Set transitEncryptionEnabled, with mode required.",
    hipaa: "164.312(e)(2)(ii)",
    cdkNag: "AwsSolutions-AEC3",
    config: "elasticache-repl-grp-encrypted-in-transit",
    prowler: "elasticache_redis_cluster_in_transit_encryption_enabled",
    types: [GROUP, CLUSTER],
    judge: (redis) => {
      const tls = truth(input(redis, "transitEncryptionEnabled"));
      if (tls !== true) return when(tls, "takes connections without TLS");
      return when(
        input(redis, "transitEncryptionMode") !== "preferred",
        "takes connections without TLS beside those with it",
      );
    },
  },
  {
    id: "ElastiCacheAuthToken",
    holds: "Redis asks for a token",
    remedy: "Give it an authToken from Secrets Manager, or user groups.",
    hipaa: "164.312(d)",
    cdkNag: "AwsSolutions-AEC6",
    config: "elasticache-repl-grp-redis-auth-enabled",
    prowler: "elasticache_redis_replication_group_auth_enabled",
    types: [GROUP],
    judge: (redis) =>
      when(isGiven(redis, "authToken") || isGiven(redis, "userGroupIds"), "lets anybody in"),
  },
  {
    id: "ElastiCacheOwnKey",
    holds: "the key that Redis is encrypted with is the account's own",
    remedy: "Set kmsKeyId.",
    hipaa: "164.312(a)(2)(iv)",
    types: [GROUP],
    judge: given("kmsKeyId", "is encrypted with the service's key"),
  },
  {
    id: "ElastiCacheInSubnetGroup",
    holds: "Redis is in named subnets",
    remedy: "Set subnetGroupName.",
    hipaa: "164.312(e)(1)",
    cdkNag: "AwsSolutions-AEC1",
    config: "elasticache-subnet-group-check",
    prowler: "elasticache_cluster_uses_public_subnet",
    types: [GROUP],
    judge: given("subnetGroupName", "is in no subnet group"),
  },
  {
    id: "ElastiCacheMultiAz",
    holds: "Redis outlives a zone",
    remedy: "Set automaticFailoverEnabled and multiAzEnabled, with one replica at least.",
    hipaa: "164.308(a)(7)(i)",
    cdkNag: "AwsSolutions-AEC4",
    config: "elasticache-repl-grp-auto-failover-enabled",
    prowler: "elasticache_redis_cluster_multi_az_enabled",
    types: [GROUP],
    judge: (redis) =>
      when(
        truth(input(redis, "multiAzEnabled")) !== false &&
          truth(input(redis, "automaticFailoverEnabled")) !== false,
        "does not fail over to another zone",
      ),
  },
  {
    id: "ElastiCacheMinorUpgrades",
    holds: "Redis gets security patches by itself",
    remedy: "Set autoMinorVersionUpgrade.",
    hipaa: "164.308(a)(5)(ii)(A)",
    config: "elasticache-auto-minor-version-upgrade-check",
    prowler: "elasticache_redis_cluster_auto_minor_version_upgrades",
    types: [GROUP],
    judge: isTrue("autoMinorVersionUpgrade", "does not take minor versions by itself"),
  },
];
