import * as pulumi from "@pulumi/pulumi";
import { describeWhole } from "../describe.ts";
import type { HipaaOwnership } from "../whole.ts";
import { createKey } from "./key.ts";
import type { DataKey } from "./key.ts";
import { logsStatements, secretsStatements, volumeStatements } from "./policies.ts";

/**
 * The keys, one for each class of data, so that who may read the one need not read the other.
 *
 * Creates: three keys with yearly rotation and alias: `<app>-health-data` (database, volumes, uploads, backups),
 * `<app>-secrets` (Secrets Manager), `<app>-logs` (log groups, audit trail, alarms). The cache brings its own.
 *
 * Touches on the source: nothing.
 *
 * Irreversible: destroying them; what is encrypted under them is lost once they are gone, 30 days later in production.
 *
 * Undo: destroy, and cancel the deletion to have them back.
 *
 * Cost: 3 $ a month.
 *
 * @example
 * new HipaaKeys("keys", { app: "acme", environment: "prod", dataClass: "phi", region: "ca-central-1" });
 */
export class HipaaKeys extends pulumi.ComponentResource {
  /** Of the database, the volumes, uploads and backups. */
  public readonly data: DataKey;
  public readonly secrets: DataKey;
  /** Of log groups, the audit trail and the alarms' topic. */
  public readonly logs: DataKey;

  constructor(name: string, args: HipaaOwnership, opts?: pulumi.ComponentResourceOptions) {
    super("godwit:hipaa:Keys", name, {}, opts);
    const whole = describeWhole(name, this, args);
    this.data = createKey(whole, "health-data", "database, volumes, files", volumeStatements);
    this.secrets = createKey(whole, "secrets", "secrets", secretsStatements);
    this.logs = createKey(whole, "logs", "logs, audit trail, alarms", logsStatements);
    this.registerOutputs({
      data: this.data.arn,
      secrets: this.secrets.arn,
      logs: this.logs.arn,
    });
  }
}
