import type * as pulumi from "@pulumi/pulumi";
import type { HipaaKeys } from "../keys/hipaaKeys.ts";
import type { HipaaOwnership } from "../whole.ts";

/** Arguments of `HipaaDatabase`. */
export interface HipaaDatabaseArgs extends HipaaOwnership {
  readonly database: DatabaseChoices;
  /** In at least two zones. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  readonly keys: Pick<HipaaKeys, "data" | "secrets" | "logs">;

  /**
   * Whether the service refuses to delete it.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * Days for which its logs are kept.
   *
   * @default 90
   */
  readonly logDays?: number;
}

export interface DatabaseChoices {
  /** @example "validator" */
  readonly name: string;
  /** @default "db.t3.medium" */
  readonly instanceClass?: string;
  /**
   * PostgreSQL 16; without a second number the newest one, and new ones as they come.
   *
   * @default "16"
   */
  readonly engineVersion?: string;
  /**
   * Grows by itself up to 500 GB, or twice what is given.
   *
   * @default 100
   */
  readonly storageGiB?: number;
  /**
   * Connections that the server lets in at once; the alarm is at 80 % of it.
   *
   * @default 400
   */
  readonly maxConnections?: number;
  /** @default 15 */
  readonly backupRetentionDays?: number;
  /**
   * Weekly window for changes and patches, UTC.
   *
   * @default "sun:04:00-sun:05:00"
   */
  readonly maintenanceWindow?: string;
}
