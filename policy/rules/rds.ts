import type { Plan, Resource } from "../plan.ts";
import { input, listOf, textsOf, UNKNOWN } from "../plan.ts";
import type { Rule, Verdict } from "../rule.ts";
import { atLeast, broken, isTrue, packed, truth, when } from "../rule.ts";
import { inBackupPlan } from "./backup.ts";

const INSTANCE = "aws:rds/instance:Instance";
const CLUSTER = "aws:rds/cluster:Cluster";
const PARAMETER_GROUP = "aws:rds/parameterGroup:ParameterGroup";

/** What the pack asks of Redis; of a database it asks only that there are backups. */
const BACKUP_DAYS = 15;

/** Relational databases. */
export const rds: readonly Rule[] = [
  packed({
    id: "RDSAutomaticMinorVersionUpgradeEnabled",
    holds: "a database gets security patches by itself",
    remedy: "Leave autoMinorVersionUpgrade on.",
    hipaa: "164.308(a)(5)(ii)(A)",
    config: "rds-automatic-minor-version-upgrade-enabled",
    prowler: "rds_instance_minor_version_upgrade_enabled",
    types: [INSTANCE],
    // The provider has it on by default.
    judge: (database) =>
      when(
        input(database, "autoMinorVersionUpgrade") !== false,
        "takes no minor versions by itself",
      ),
  }),
  packed({
    id: "RDSEnhancedMonitoringEnabled",
    holds: "a database's machine is measured",
    remedy: "Set monitoringInterval and monitoringRoleArn.",
    hipaa: "164.312(b)",
    config: "rds-enhanced-monitoring-enabled",
    prowler: "rds_instance_enhanced_monitoring_enabled",
    types: [INSTANCE],
    judge: atLeast("monitoringInterval", 1, "has no enhanced monitoring"),
  }),
  packed({
    id: "RDSInBackupPlan",
    holds: "a database is in a backup plan",
    remedy: "Declare a backup Selection that names it or a tag of it.",
    hipaa: "164.308(a)(7)(i)",
    config: "rds-in-backup-plan",
    prowler: "rds_instance_protected_by_backup_plan",
    types: [INSTANCE],
    judge: (database, plan) => inBackupPlan(database, plan, "db:"),
  }),
  packed({
    id: "RDSInstanceBackupEnabled",
    holds: "a database is backed up",
    remedy: "Set backupRetentionPeriod.",
    hipaa: "164.308(a)(7)(i)",
    config: "db-instance-backup-enabled",
    prowler: "rds_instance_backup_enabled",
    types: [INSTANCE],
    judge: atLeast("backupRetentionPeriod", 1, "is not backed up"),
  }),
  packed({
    id: "RDSInstanceDeletionProtectionEnabled",
    holds: "a database cannot be deleted by mistake",
    remedy: "Set deletionProtection.",
    hipaa: "164.308(a)(7)(i)",
    config: "rds-instance-deletion-protection-enabled",
    prowler: "rds_instance_deletion_protection",
    types: [INSTANCE, CLUSTER],
    judge: isTrue("deletionProtection", "can be deleted by one call"),
  }),
  packed({
    id: "RDSInstancePublicAccess",
    holds: "a database has no public address",
    remedy: "Set publiclyAccessible to false.",
    hipaa: "164.308(a)(3)(i)",
    config: "rds-instance-public-access-check",
    prowler: "rds_instance_no_public_access",
    types: [INSTANCE],
    judge: (database) => {
      const open = truth(input(database, "publiclyAccessible"));
      return when(open === UNKNOWN ? UNKNOWN : !open, "has a public address");
    },
  }),
  packed({
    id: "RDSLoggingEnabled",
    holds: "a database's logs go to CloudWatch",
    remedy: "Export every kind of log in enabledCloudwatchLogsExports.",
    hipaa: "164.308(a)(3)(ii)(A)",
    config: "rds-logging-enabled",
    prowler: "rds_instance_integration_cloudwatch_logs",
    types: [INSTANCE, CLUSTER],
    judge: exportsLogs,
  }),
  packed({
    id: "RDSMultiAZSupport",
    holds: "a database outlives a zone",
    remedy: "Set multiAz.",
    hipaa: "164.308(a)(7)(i)",
    config: "rds-multi-az-support",
    prowler: "rds_instance_multi_az",
    types: [INSTANCE],
    judge: isTrue("multiAz", "is in one zone"),
  }),
  packed({
    id: "RDSStorageEncrypted",
    holds: "a database is encrypted at rest",
    remedy: "Set storageEncrypted; it cannot be changed later.",
    hipaa: "164.312(a)(2)(iv)",
    config: "rds-storage-encrypted",
    prowler: "rds_instance_storage_encrypted",
    types: [INSTANCE, CLUSTER],
    judge: isTrue("storageEncrypted", "is not encrypted at rest"),
  }),
  {
    id: "RDSBackupsKept15Days",
    holds: `a database's backups are kept for ${BACKUP_DAYS} days`,
    remedy: `Set backupRetentionPeriod to ${BACKUP_DAYS} or more.`,
    hipaa: "164.308(a)(7)(ii)(A)",
    types: [INSTANCE],
    judge: atLeast(
      "backupRetentionPeriod",
      BACKUP_DAYS,
      `keeps its backups for less than ${BACKUP_DAYS} days`,
    ),
  },
  {
    id: "RDSTlsForced",
    holds: "a database refuses connections without TLS",
    remedy:
      "Set rds.force_ssl (PostgreSQL) or require_secure_transport (MySQL) to 1 in its parameter group.",
    hipaa: "164.312(e)(2)(ii)",
    prowler: "rds_instance_transport_encrypted",
    types: [INSTANCE],
    judge: tlsForced,
  },
];

const LOGS: Readonly<Record<string, readonly string[]>> = {
  postgres: ["postgresql", "upgrade"],
  mysql: ["audit", "error", "general", "slowquery"],
};

function exportsLogs(database: Resource): Verdict {
  const exported = textsOf(input(database, "enabledCloudwatchLogsExports"));
  if (exported === UNKNOWN) return "undecided";
  const needed = LOGS[String(input(database, "engine"))];
  if (needed === undefined) return when(exported.length > 0, "exports no logs");
  const missing = needed.filter((log) => !exported.includes(log));
  return when(missing.length === 0, `does not export its logs: ${missing.join(", ")}`);
}

/** The first version of PostgreSQL whose default parameters force TLS. */
const TLS_BY_DEFAULT = 15;

function tlsForced(database: Resource, plan: Plan): Verdict {
  const engine = String(input(database, "engine"));
  const wanted = engine === "postgres" ? "rds.force_ssl" : "require_secure_transport";
  const name = input(database, "parameterGroupName");
  const groups = plan.of(PARAMETER_GROUP);
  const group = groups.find((each) => name === each.id || name === input(each, "name"));
  const set = (group ? listOf(input(group, "parameters")) : [])
    .map((parameter) => parameter as { name?: string; value?: unknown })
    .find((parameter) => parameter.name === wanted);
  if (set) return when(["1", "ON"].includes(String(set.value)), "takes connections without TLS");
  const version = Number(String(input(database, "engineVersion")).split(".")[0]);
  if (engine === "postgres" && version >= TLS_BY_DEFAULT) {
    return name === UNKNOWN && groups.length > 0 ? "undecided" : "kept";
  }
  return broken("takes connections without TLS");
}
