import * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { Instance } from "@pulumi/aws/rds/instance.js";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup.js";
import { hipaaDefaults } from "../defaults.ts";
import { describeWhole } from "../describe.ts";
import { databaseNameOf } from "../names.ts";
import { POSTGRES_PORT } from "../ports.ts";
import { createServiceRole } from "../roles.ts";
import type { ServiceRole } from "../roles.ts";
import { named } from "../whole.ts";
import type { HipaaWhole } from "../whole.ts";
import type { HipaaDatabaseArgs } from "./databaseArgs.ts";
import { createParameters } from "./parameters.ts";
import { replicateBackups } from "./recovery.ts";

const LOGS = ["postgresql", "upgrade"] as const;
/** Of whoever administers; the application has a user of its own. */
const ADMINISTRATOR = "administrator";
const MONITORING_SECONDS = 60;
/** What Performance Insights keeps without charge. */
const INSIGHT_DAYS = 7;

/**
 * PostgreSQL in two zones, encrypted, audited, by TLS only.
 *
 * Creates: subnet group, parameter group, encrypted log groups, a role for its monitoring, the instance, a key in the
 * other Canadian region and the replication of its backups to there.
 *
 * Touches on the source: nothing.
 *
 * Irreversible: destroying it; a final snapshot stays, and so do the backups of the last days.
 *
 * Undo: destroy, with `deletionProtection: false` first; the final snapshot restores it.
 *
 * Cost: about 175 $ a month with db.t3.medium and 100 GB; see cost.ts.
 *
 * @example
 * new HipaaDatabase("database", {
 *   app: "acme", environment: "prod", dataClass: "phi", region: "ca-central-1", database: { name: "validator" },
 *   subnetIds: network.subnetIds.database, securityGroupId: network.groupIds.database, keys,
 * });
 */
export class HipaaDatabase extends pulumi.ComponentResource {
  public readonly instanceId: pulumi.Output<string>;
  public readonly instanceArn: pulumi.Output<string>;
  public readonly host: pulumi.Output<string>;
  public readonly port: pulumi.Output<number>;
  /** Where the service keeps the administrator's password, which it changes every week. */
  public readonly administratorSecretArn: pulumi.Output<string>;

  constructor(name: string, args: HipaaDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("godwit:hipaa:Database", name, {}, opts);
    const whole = describeWhole(name, this, args);
    const retention = args.database.backupRetentionDays ?? hipaaDefaults.backupRetentionDays;
    const instance = createInstance(whole, args, retention);
    replicateBackups(whole, instance, retention);

    this.instanceId = instance.identifier;
    this.instanceArn = instance.arn;
    this.host = instance.address;
    this.port = instance.port;
    this.administratorSecretArn = instance.masterUserSecrets.apply(
      (secrets) => secrets[0]?.secretArn ?? "",
    );
    this.registerOutputs({
      instanceId: this.instanceId,
      instanceArn: this.instanceArn,
      host: this.host,
      port: this.port,
      administratorSecretArn: this.administratorSecretArn,
    });
  }
}

function createInstance(whole: HipaaWhole, args: HipaaDatabaseArgs, retention: number): Instance {
  const { name, parent, app, protect } = whole;
  const { database, keys, deletionProtection = true } = args;
  const storage = database.storageGiB ?? hipaaDefaults.storageGiB;
  const monitoring = monitoringRole(whole);
  const logs = createLogs(whole, args);
  return new Instance(
    `${name}-instance`,
    {
      identifier: databaseNameOf(app),
      engine: "postgres",
      engineVersion: database.engineVersion ?? hipaaDefaults.postgresVersion,
      instanceClass: database.instanceClass ?? hipaaDefaults.instanceClass,
      dbName: database.name,
      port: POSTGRES_PORT,
      username: ADMINISTRATOR,
      // The service makes the password and changes it; it is never in the stack's state.
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: keys.secrets.arn,
      multiAz: true,
      publiclyAccessible: false,
      dbSubnetGroupName: subnetGroup(whole, args).name,
      vpcSecurityGroupIds: [args.securityGroupId],
      parameterGroupName: createParameters(
        whole,
        database.maxConnections ?? hipaaDefaults.maxConnections,
      ).name,
      caCertIdentifier: "rds-ca-rsa2048-g1",
      storageType: "gp3",
      allocatedStorage: storage,
      maxAllocatedStorage: Math.max(hipaaDefaults.maximumStorageGiB, 2 * storage),
      storageEncrypted: true,
      kmsKeyId: keys.data.arn,
      backupRetentionPeriod: retention,
      backupWindow: hipaaDefaults.databaseBackupWindow,
      maintenanceWindow: database.maintenanceWindow ?? hipaaDefaults.databaseMaintenance,
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: false,
      copyTagsToSnapshot: true,
      deletionProtection,
      deleteAutomatedBackups: false,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: `${databaseNameOf(app)}-final`,
      enabledCloudwatchLogsExports: [...LOGS],
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: keys.data.arn,
      performanceInsightsRetentionPeriod: INSIGHT_DAYS,
      monitoringInterval: MONITORING_SECONDS,
      monitoringRoleArn: monitoring.arn,
      tags: named(whole, "database"),
    },
    { parent, protect, dependsOn: [...logs, ...monitoring.usable] },
  );
}

function subnetGroup(whole: HipaaWhole, { subnetIds }: HipaaDatabaseArgs): SubnetGroup {
  return new SubnetGroup(
    `${whole.name}-subnets`,
    {
      name: databaseNameOf(whole.app),
      description: `Subnets of the database of ${whole.app}`,
      subnetIds: [...subnetIds],
      tags: whole.tags,
    },
    { parent: whole.parent },
  );
}

/** Made before the instance: those that it makes itself are kept for ever, and not under our key. */
function createLogs({ name, parent, app, tags }: HipaaWhole, args: HipaaDatabaseArgs): LogGroup[] {
  return LOGS.map(
    (log) =>
      new LogGroup(
        `${name}-${log}-log`,
        {
          name: `/aws/rds/instance/${databaseNameOf(app)}/${log}`,
          kmsKeyId: args.keys.logs.arn,
          retentionInDays: args.logDays ?? hipaaDefaults.logDays,
          tags,
        },
        { parent, dependsOn: args.keys.logs.usable },
      ),
  );
}

function monitoringRole(whole: HipaaWhole): ServiceRole {
  return createServiceRole(whole, {
    id: "database-monitoring",
    service: "monitoring.rds.amazonaws.com",
    managed: ["service-role/AmazonRDSEnhancedMonitoringRole"],
  });
}
