import type { Instance } from "@pulumi/aws/rds/instance.js";
import { InstanceAutomatedBackupsReplication } from "@pulumi/aws/rds/instanceAutomatedBackupsReplication.js";
import { Key } from "@pulumi/aws/kms/key.js";
import { recoveryRegionOf } from "../residency.ts";
import type { HipaaWhole } from "../whole.ts";

const RECOVERY_DAYS = { production: 30, otherwise: 7 };

/**
 * Replicates the database's backups and its log, five minutes behind, to the other Canadian region, under a key there:
 * what the database is restored from when a whole region is lost.
 */
export function replicateBackups(
  { name, parent, app, region, tags, protect }: HipaaWhole,
  database: Instance,
  retentionPeriod: number,
): void {
  const there = recoveryRegionOf(region);
  const key = new Key(
    `${name}-recovery-key`,
    {
      description: `${app}: backups of the database, replicated from ${region}`,
      enableKeyRotation: true,
      deletionWindowInDays: protect ? RECOVERY_DAYS.production : RECOVERY_DAYS.otherwise,
      region: there,
      tags,
    },
    { parent, protect },
  );
  new InstanceAutomatedBackupsReplication(
    `${name}-recovery`,
    {
      sourceDbInstanceArn: database.arn,
      kmsKeyId: key.arn,
      retentionPeriod,
      region: there,
    },
    { parent },
  );
}
