import type { Instance } from "@pulumi/aws/rds/instance.js";
import { InstanceAutomatedBackupsReplication } from "@pulumi/aws/rds/instanceAutomatedBackupsReplication.js";
import { recoveryRegionOf } from "../residency.ts";
import type { HipaaWhole } from "../whole.ts";
import { createRecoveryKey } from "./recoveryKey.ts";

/**
 * Replicates the database's backups and its log, five minutes behind, to the other Canadian region, under a key there:
 * what the database is restored from when a whole region is lost.
 */
export function replicateBackups(
  whole: HipaaWhole,
  database: Instance,
  retentionPeriod: number,
): void {
  const { name, parent, region } = whole;
  const key = createRecoveryKey(whole, "recovery-key", "backups of the database");
  new InstanceAutomatedBackupsReplication(
    `${name}-recovery`,
    {
      sourceDbInstanceArn: database.arn,
      kmsKeyId: key.arn,
      retentionPeriod,
      region: recoveryRegionOf(region),
    },
    { parent },
  );
}
