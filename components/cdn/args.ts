import type { Ownership } from "../tags.ts";
import type { CertificateChoice } from "../shared/edgeCertificate.ts";
import type { PriceClass } from "../shared/names.ts";
import type { AlarmReceiver } from "../shared/topics.ts";
import type { ZoneArgs } from "../shared/zone.ts";
import type { WriterService } from "./names.ts";
import type { CdnThresholds } from "./thresholds.ts";

/** Arguments of `AssetsCdn`. They are plain values, so that a wrong one is refused before anything is declared. */
export interface AssetsCdnArgs extends Ownership {
  /**
   * Region of the buckets and of the application that uploads.
   *
   * @example "us-east-1"
   */
  readonly region: string;

  /**
   * Whether deletion is made hard: buckets, distribution and records are protected, and a bucket that holds files is
   * not deleted.
   *
   * @default false
   */
  readonly production?: boolean;

  /**
   * Name under which the files are served.
   *
   * @example "cdn.acme.example"
   */
  readonly domain: string;

  /** The public zone that the name is in. */
  readonly zone: ZoneArgs;

  /**
   * Name of the bucket; those of the archive and of the logs start with it. Bucket names are unique in the world.
   *
   * @example "acme-public-assets"
   */
  readonly bucket: string;

  /**
   * The certificate: a new one, validated by a record in the zone, or an existing one in us-east-1.
   *
   * @example { create: true }
   */
  readonly certificate: CertificateChoice;

  readonly writer: WriterArgs;

  /**
   * How far from home files are delivered from.
   *
   * @default "PriceClass_100"
   */
  readonly priceClass?: PriceClass;

  /**
   * Pages that may read the files with scripts, such as for a canvas or a font. Showing a picture needs none.
   *
   * @default none
   * @example { origins: ["https://www.acme.example"] }
   */
  readonly cors?: { readonly origins: readonly string[] };

  /**
   * Whether `/uploads/*` is redirected to where each file has gone, by a table that the migration fills.
   *
   * @default false
   */
  readonly redirectUploads?: boolean;

  /**
   * Days for which a file that was replaced or deleted can be had back.
   *
   * @default 30
   */
  readonly oldVersionDays?: number;

  /**
   * Days after which a file moves to storage that costs less and a reading more, but is served as before.
   *
   * @default never
   * @example 180
   */
  readonly coldAfterDays?: number;

  /**
   * Days after which files tagged `kind=thumbnail` are deleted.
   *
   * @default never
   */
  readonly thumbnailDays?: number;

  /**
   * Days for which the archive of the old files is kept.
   *
   * @default 365
   */
  readonly archiveDays?: number;

  /**
   * Days for which access logs are kept.
   *
   * @default 90
   */
  readonly logDays?: number;

  /**
   * Who hears of alarms.
   *
   * @example { email: "ops@acme.example" }
   */
  readonly alarms: AlarmReceiver;

  /**
   * When alarms go off, where it differs from `cdnAlarmDefaults`.
   *
   * @example { hitRatePercent: 80 }
   */
  readonly thresholds?: Partial<CdnThresholds>;
}

export interface WriterArgs {
  /**
   * The role that may upload: a new one, or the application's own, which is verified to exist and to be for `service`.
   *
   * @example { existing: "arn:aws:iam::123456789012:role/acme-tasks" }
   */
  readonly role:
    | { readonly create: true; readonly existing?: never }
    | { readonly existing: string; readonly create?: never };

  /**
   * What the application runs on.
   *
   * @default "ecs-tasks.amazonaws.com"
   */
  readonly service?: WriterService;
}
