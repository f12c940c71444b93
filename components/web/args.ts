import type { CertificateChoice } from "../shared/edgeCertificate.ts";
import type { PriceClass } from "../shared/names.ts";
import type { AlarmReceiver } from "../shared/topics.ts";
import type { ZoneArgs } from "../shared/zone.ts";
import type { Ownership } from "../tags.ts";
import type { DatabaseEngine, dmarcPolicies, logRetentions } from "./names.ts";
import type { WebThresholds } from "./thresholds.ts";

/** Arguments of `WebApp`. They are plain values, so that a wrong one is refused before anything is declared. */
export interface WebAppArgs extends Ownership {
  /**
   * Region of machine and buckets.
   *
   * @example "us-east-1"
   */
  readonly region: string;

  /**
   * Whether deletion is made hard: what holds data is protected, and a bucket that holds files is not deleted.
   *
   * @default false
   */
  readonly production?: boolean;

  /**
   * Name under which pages and API are served.
   *
   * @example "tickets.acme.example"
   */
  readonly domain: string;

  /**
   * The machine's own name, by which the CDN asks it.
   *
   * @default `api.<domain>`
   */
  readonly apiDomain?: string | undefined;

  /** The public zone that the names are in. */
  readonly zone: ZoneArgs;

  /**
   * Name of the bucket of the pages; those of attachments, releases and backups start with it. Unique in the world.
   *
   * @example "acme-tickets"
   */
  readonly bucket: string;

  /**
   * The CDN's certificate: a new one, validated by a record in the zone, or an existing one in us-east-1.
   *
   * @example { create: true }
   */
  readonly certificate: CertificateChoice;

  /**
   * Where the machine stands: a network of its own, or public subnets that exist, the machine in the first of them.
   *
   * @default { create: { cidr: "10.40.0.0/24" } }
   */
  readonly network?: NetworkArgs;

  /** @default "t3.micro" */
  readonly instanceType?: string;

  /**
   * GiB of the volume with database file, releases and certificate; it can grow only.
   *
   * @default 5
   */
  readonly dataGiB?: number;

  /**
   * Where the application listens, behind nginx.
   *
   * @default 5000
   */
  readonly port?: number;

  /**
   * What PM2 starts, within a release.
   *
   * @default "dist/app.js"
   */
  readonly script?: string;

  /**
   * Where the application says that it is well.
   *
   * @default "/health"
   */
  readonly healthPath?: string;

  /** @default "PriceClass_100" */
  readonly priceClass?: PriceClass;

  /**
   * Days for which an attachment that was replaced or deleted can be had back.
   *
   * @default 30
   */
  readonly oldVersionDays?: number;

  /**
   * Days after which an attachment moves to storage that costs less and a reading more.
   *
   * @default 180
   */
  readonly coldAfterDays?: number;

  /**
   * Days after which an attachment is deleted.
   *
   * @default never
   */
  readonly deleteAfterDays?: number | undefined;

  /**
   * Days for which backups of the SQLite file are kept.
   *
   * @default 30
   */
  readonly backupDays?: number;

  /**
   * Days for which the application's logs are kept.
   *
   * @default 30
   */
  readonly logDays?: (typeof logRetentions)[number];

  /**
   * Whom mail comes from; its domain is in the zone.
   *
   * @default no mail
   * @example { from: "support@tickets.acme.example" }
   */
  readonly mail?: (Pick<MailArgs, "from"> & Partial<MailArgs>) | undefined;

  /**
   * A database of RDS.
   *
   * @default none: the application keeps its SQLite file
   * @example { engine: "postgres" }
   */
  readonly database?: DatabaseArgs | undefined;

  /**
   * Who hears of alarms, of the bill and of mail that came back.
   *
   * @example { email: "ops@acme.example" }
   */
  readonly alarms: AlarmReceiver;

  /** When alarms go off, where it differs from `webAlarmDefaults`. */
  readonly thresholds?: { readonly [K in keyof WebThresholds]?: WebThresholds[K] | undefined };
}

export type NetworkArgs =
  | { readonly create: { readonly cidr: string }; readonly existing?: never }
  | { readonly existing: { readonly subnetIds: readonly string[] }; readonly create?: never };

export interface DatabaseArgs {
  readonly engine: DatabaseEngine;
  /** @default "16" of postgres, "8.4" of mysql */
  readonly engineVersion?: string | undefined;
  /** @default "db.t4g.micro" */
  readonly instanceClass?: string;
  /** @default 20 */
  readonly storageGiB?: number;
  /** @default 7 */
  readonly backupRetentionDays?: number;
}

export interface MailArgs {
  /** @example "support@tickets.acme.example" */
  readonly from: string;
  /**
   * What receivers do with mail in the domain's name that fails DKIM and SPF; `existing` makes no record.
   *
   * @default "quarantine"
   */
  readonly dmarc: (typeof dmarcPolicies)[number];
}
