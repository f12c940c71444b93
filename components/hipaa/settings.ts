import { z } from "zod";
import { subnetId, vpcId } from "../config/awsIds.ts";
import {
  amount,
  choice,
  exactlyOne,
  oneOf,
  percent,
  text,
  whole,
  words,
} from "../config/fields.ts";
import { moverSchema } from "../mover/settings.ts";
import { hipaaDefaults as defaults } from "./defaults.ts";
import { domain as domainName, email as emailAddress, zone } from "../shared/settings.ts";
import { CERTIFICATE_ARN } from "./names.ts";
import { CIDR } from "./network/cidr.ts";
import { POSTGRES_PORT } from "./ports.ts";

const MAX_RETENTION_DAYS = 35;
const TIME = "([01]\\d|2[0-3]):[0-5]\\d";
const WINDOW_DAY = "(mon|tue|wed|thu|fri|sat|sun)";
/** What CloudWatch Logs accepts as retention, from what the audit needs on. */
const LOG_DAYS = [90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/** Services that may be given an endpoint inside the network. */
export const endpointServices = [
  "secretsmanager",
  "kms",
  "logs",
  "monitoring",
  "ssm",
  "ssmmessages",
  "ec2messages",
  "codedeploy",
  "codedeploy-commands-secure",
] as const;

const cidr = (example: string) => text(CIDR, "a range of addresses", example);
const email = emailAddress("ops@acme.example");
const subnets = z
  .array(subnetId)
  .min(2, "must name subnets in at least two zones")
  .meta({ example: ["subnet-0a1b2c3d4e5f60718", "subnet-0b2c3d4e5f6071829"] });
const window = text(
  new RegExp(`^${WINDOW_DAY}:${TIME}-${WINDOW_DAY}:${TIME}$`),
  "a weekly window in UTC",
  defaults.databaseMaintenance,
);
const retention = whole(7, MAX_RETENTION_DAYS, 15).default(defaults.backupRetentionDays);

const network = oneOf({
  create: z.strictObject({
    cidr: cidr(defaults.cidr).default(defaults.cidr),
    zones: z
      .array(text(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "a zone's name", "ca-central-1a"))
      .min(2, "must name at least two zones")
      .max(4, "must name at most four zones")
      .meta({ example: ["ca-central-1a", "ca-central-1b"] })
      .optional(),
    peers: z.array(cidr("10.20.0.0/16")).default([]),
  }),
  existing: z.strictObject({
    vpcId,
    publicSubnetIds: subnets,
    applicationSubnetIds: subnets,
    databaseSubnetIds: subnets,
    cacheSubnetIds: subnets,
  }),
});

const certificate = exactlyOne(
  z.strictObject({
    create: z
      .strictObject({ validation: choice(["DNS", "EMAIL"], "DNS").default("DNS") })
      .optional(),
    existing: text(
      CERTIFICATE_ARN,
      "the ARN of a certificate",
      "arn:aws:acm:ca-central-1:123456789012:certificate/00000000-0000-0000-0000-000000000000",
    ).optional(),
    import: z
      .strictObject({
        certificate: words("-----BEGIN CERTIFICATE-----…"),
        /** Encrypted: `pulumi config set --secret --path godwit:hipaa.certificate.import.privateKey`. */
        privateKey: words("[encrypted]"),
        chain: words("-----BEGIN CERTIFICATE-----…").optional(),
      })
      .optional(),
  }),
  ["create", "existing", "import"],
);

const domain = z.strictObject({
  name: domainName("app.acme.example"),
  /** An existing zone by its id, or a new one. */
  zone: exactlyOne(
    z.strictObject({
      id: zone.shape.id.optional(),
      create: z.literal(true).meta({ example: true }).optional(),
      name: zone.shape.name,
    }),
    ["id", "create"],
  ),
});

const compute = z.strictObject({
  instanceType: text(
    /^[a-z][a-z0-9]*\.(small|medium|large|\d*xlarge)$/,
    "an instance type with 2 GB or more",
    defaults.instanceType,
  ).default(defaults.instanceType),
  minimum: whole(2, 20, 2).default(defaults.minimum),
  maximum: whole(2, 20, 6).default(defaults.maximum),
  desired: whole(2, 20, 2).optional(),
  volumeGiB: whole(8, 1000, 30).default(defaults.volumeGiB),
  nodeVersion: text(/^\d+\.\d+\.\d+$/, "a version of Node", defaults.nodeVersion).default(
    defaults.nodeVersion,
  ),
  packageMirror: text(
    /^https:\/\/[a-z0-9.-]+(\/[\w.-]+)*$/,
    "the address of an Ubuntu mirror by HTTPS",
    defaults.packageMirror,
  ).default(defaults.packageMirror),
  patchSchedule: text(
    /^cron\((?:[^\s()]+ ){5}[^\s()]+\)$/,
    "a cron expression of six fields, in UTC",
    defaults.patchSchedule,
  ).default(defaults.patchSchedule),
});

const database = z.strictObject({
  name: text(/^[a-z][a-z0-9_]{0,62}$/, "a database's name", "validator"),
  instanceClass: text(
    /^db\.[a-z][a-z0-9]*\.(micro|small|medium|large|\d*xlarge)$/,
    "a database instance class",
    defaults.instanceClass,
  ).default(defaults.instanceClass),
  // YAML reads 16 and 16.4 without quotes as numbers.
  engineVersion: z
    .preprocess(
      (value) => (typeof value === "number" ? String(value) : value),
      text(/^16(\.\d{1,2})?$/, "a PostgreSQL version 16", defaults.postgresVersion),
    )
    .default(defaults.postgresVersion),
  storageGiB: whole(20, 65_536, 100).default(defaults.storageGiB),
  maxConnections: whole(50, 5000, 400).default(defaults.maxConnections),
  backupRetentionDays: retention,
  maintenanceWindow: window.default(defaults.databaseMaintenance),
});

const cache = z.strictObject({
  nodeType: text(
    /^cache\.[a-z][a-z0-9]*\.(micro|small|medium|large|\d*xlarge)$/,
    "a cache node type",
    defaults.nodeType,
  ).default(defaults.nodeType),
  replicas: whole(1, 5, 1).default(defaults.replicas),
  snapshotRetentionDays: retention,
});

const thresholds = z.strictObject({
  cpuPercent: percent(90).optional(),
  connectionsPercent: percent(90).optional(),
  freeStorageGB: amount(20).optional(),
  errorPercent: percent(5).optional(),
  waitingJobs: amount(200).optional(),
  hitRatePercent: percent(70).optional(),
});

/** `configRecorder`: AWS Config. `threatDetection`: GuardDuty. */
const account = z.strictObject({
  configRecorder: z.boolean().default(false),
  threatDetection: z.boolean().default(false),
});

const deployer = z.strictObject({
  repository: text(/^[\w.-]+\/[\w.-]+$/, "a GitHub repository", "acme/validator"),
  environment: text(/^[\w.-]+$/, "a GitHub environment", "production"),
  identityProvider: oneOf({
    create: z.literal(true).meta({ example: true }),
    existing: text(
      /^arn:aws:iam::\d{12}:oidc-provider\/token\.actions\.githubusercontent\.com$/,
      "the ARN of GitHub's identity provider in the account",
      "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
    ),
  }),
});

/** Settings of the target `hipaa`: `godwit:hipaa`. */
export const hipaaSchema = z.strictObject({
  network,
  endpoints: z.array(choice(endpointServices, "secretsmanager")).default([...defaults.endpoints]),
  certificate,
  domain: domain.optional(),
  compute: compute.default(compute.parse({})),
  database,
  cache: cache.default(cache.parse({})),
  /** Whether uploads and backups are copied into the other Canadian region. */
  replicateFiles: z.boolean().default(true),
  /** Whether balancer and database refuse to be deleted. */
  deletionProtection: z.boolean().default(true),
  alarms: z.strictObject({ email }),
  thresholds: thresholds.default({}),
  /** US dollars a month. */
  budget: whole(1, 1_000_000, 700).default(defaults.budget),
  logDays: z.literal(LOG_DAYS).meta({ example: 90 }).default(defaults.logDays),
  /** Account-wide, one in a region: only where the account has none yet. */
  account: account.default(account.parse({})),
  deployer: deployer.optional(),
});

export type HipaaSettings = z.output<typeof hipaaSchema>;

/** Settings of the machine that carries the data: `godwit:mover`. It stands among the application's instances. */
export const hipaaMoverSchema = moverSchema.omit({ subnetId: true }).extend({
  /** Where the old server's PostgreSQL is. */
  source: z
    .strictObject({
      cidr: cidr("203.0.113.10/32"),
      port: whole(1, 65_535, 5432).default(POSTGRES_PORT),
    })
    .optional(),
});

export type HipaaMoverSettings = z.output<typeof hipaaMoverSchema>;
