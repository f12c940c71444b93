import { z } from "zod";
import { subnetId } from "../config/awsIds.ts";
import { amount, choice, oneOf, percent, text, whole } from "../config/fields.ts";
import { instanceType } from "../machine/settings.ts";
import { priceClasses } from "../shared/names.ts";
import { alarms, days, domain, edgeCertificate, email, zone } from "../shared/settings.ts";
import { cidrProblem } from "./cidr.ts";
import { webDefaults } from "./defaults.ts";
import {
  BUCKET_NAME,
  databaseEngines,
  databaseFacts,
  dmarcPolicies,
  logRetentions,
  PLAIN_PATH,
  SCRIPT,
} from "./names.ts";

const cidr = z
  .string()
  .superRefine((value, context) => {
    const problem = cidrProblem(value);
    if (problem === undefined) return;
    context.addIssue({ code: "custom", message: `must ${problem}, but is ${value}` });
  })
  .meta({ example: webDefaults.cidr });

const network = oneOf({
  create: z.strictObject({ cidr: cidr.default(webDefaults.cidr) }),
  existing: z.strictObject({
    subnetIds: z.array(subnetId).min(1, "must name at least one public subnet"),
  }),
});

const database = z.strictObject({
  engine: choice(databaseEngines, "postgres"),
  engineVersion: text(/^\d+(\.\d+)?$/, "a version", databaseFacts.postgres.version).optional(),
  instanceClass: text(
    /^db\.[a-z][a-z0-9]*\.(micro|small|medium|large|\d*xlarge)$/,
    "an RDS instance class",
    webDefaults.database.instanceClass,
  ).default(webDefaults.database.instanceClass),
  storageGiB: whole(20, 65_536, 20).default(webDefaults.database.storageGiB),
  backupRetentionDays: whole(1, 35, 7).default(webDefaults.database.backupRetentionDays),
});

const logDays = z
  .literal([...logRetentions], { error: `must be one of ${logRetentions.join(", ")}` })
  .meta({ example: webDefaults.logDays });

/** Settings of the target `web`: `godwit:web`. */
export const webSchema = z.strictObject({
  domain: domain("tickets.acme.example"),
  /** The machine's own name; `api.<domain>` unless it is said. */
  apiDomain: domain("api.tickets.acme.example").optional(),
  zone,
  bucket: text(
    BUCKET_NAME,
    "a bucket's name of 3 to 50 small letters, digits and hyphens, without what S3 keeps for itself",
    "acme-tickets",
  ),
  certificate: edgeCertificate,
  network: network.default({ create: { cidr: webDefaults.cidr } }),
  instanceType: instanceType(webDefaults.instanceType),
  /** It only grows: a volume cannot be made smaller. */
  dataGiB: whole(1, 16_384, webDefaults.dataGiB).default(webDefaults.dataGiB),
  port: whole(1024, 65_535, webDefaults.port).default(webDefaults.port),
  script: text(SCRIPT, "a script within the release", webDefaults.script).default(
    webDefaults.script,
  ),
  healthPath: text(PLAIN_PATH, "a plain path below /", webDefaults.healthPath).default(
    webDefaults.healthPath,
  ),
  priceClass: choice(priceClasses, webDefaults.priceClass).default(webDefaults.priceClass),
  oldVersionDays: days(30).default(webDefaults.oldVersionDays),
  coldAfterDays: days(180).default(webDefaults.coldAfterDays),
  /** Attachments themselves are kept unless it is said. */
  deleteAfterDays: days(3650).optional(),
  backupDays: days(30).default(webDefaults.backupDays),
  logDays: logDays.default(webDefaults.logDays),
  /** Without it no mail is sent. */
  mail: z
    .strictObject({
      from: email("support@tickets.acme.example"),
      dmarc: choice(dmarcPolicies, "none").default(webDefaults.dmarc),
    })
    .optional(),
  /** Without it the application keeps its SQLite file. */
  database: database.optional(),
  alarms,
  thresholds: z
    .strictObject({
      errorPercent: percent(5).optional(),
      diskPercent: percent(80).optional(),
      memoryPercent: percent(90).optional(),
      monthlyBill: amount(20).optional(),
    })
    .default({}),
  /** What is used in a month, for the estimate of the cost. */
  usage: z
    .strictObject({
      storedGb: amount(5).optional(),
      deliveredGb: amount(10).optional(),
      requests: amount(100_000).optional(),
      mails: amount(1000).optional(),
      logGb: amount(0.5).optional(),
    })
    .default({}),
});

export type WebSettings = z.output<typeof webSchema>;
