import { z } from "zod";
import { amount, choice, text, whole } from "../config/fields.ts";
import { hetznerDefaults as defaults, MAX_ADMINS, MAX_WORKERS } from "./defaults.ts";
import * as names from "./names.ts";

const MAX_VOLUME_GB = 10_240;
const MIN_VOLUME_GB = 10;

const domain = (example: string) =>
  text(names.DOMAIN_NAME, "a full domain name in small letters", example);
const label = (example: string) =>
  text(names.LABEL, "up to 32 small letters, digits and hyphens, starting with a letter", example);
const range = (example: string) =>
  text(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, "a range of IPv4 addresses", example);
const serverType = (byDefault: string) =>
  text(
    names.SERVER_TYPE,
    "a type of Hetzner's machines with x86 cores: cx23–53, cpx12–62, ccx13–63, and outside Europe cpx11–51",
    byDefault,
  ).default(byDefault);
const cloudflareId = (example: string) =>
  text(names.CLOUDFLARE_ID, "an id of 32 hexadecimal digits", example);
const atLeastOne = <T extends z.ZodType>(schema: T, what: string) =>
  z.array(schema).min(1, `must name at least one ${what}`);

const network = z.strictObject({
  cidr: range(defaults.network.cidr).default(defaults.network.cidr),
  subnet: range(defaults.network.subnet).default(defaults.network.subnet),
});

const admin = z.strictObject({
  name: label("ada"),
  publicKey: text(
    names.WIREGUARD_PUBLIC_KEY,
    "a WireGuard public key, as `wg pubkey` prints it",
    "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=",
  ),
});

const sshKey = z.strictObject({
  name: label("ada"),
  publicKey: text(
    names.SSH_PUBLIC_KEY,
    "an SSH public key",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJl3dIeudNqd0DPMRD6OIh65tjkxFNOtwGcWB2gCgPhk ada",
  ),
});

const workload = z.strictObject({
  name: label("api"),
  /** What `aws ecs describe-task-definition` answers as `taskDefinition`. */
  taskDefinition: z.record(z.string(), z.unknown()).meta({
    example: {
      family: "acme-api",
      containerDefinitions: [
        {
          name: "api",
          image: "registry.acme.example/api:1",
          portMappings: [{ containerPort: 80 }],
        },
      ],
    },
  }),
  replicas: whole(1, 50, 2).default(2),
  /** Name under which the world reaches it; none for what only takes work from queues. */
  host: domain("api.acme.example").optional(),
});

/** Settings of the target `hetzner`: `godwit:hetzner`. */
export const hetznerSchema = z.strictObject({
  location: choice(names.locations, defaults.location).default(defaults.location),
  network: network.default(defaults.network),
  controlPlane: z
    .strictObject({ serverType: serverType(defaults.controlPlane.serverType) })
    .default(defaults.controlPlane),
  workers: z
    .strictObject({
      serverType: serverType(defaults.workers.serverType),
      /** None for development: then the control plane is the worker, too. */
      count: whole(0, MAX_WORKERS, 3).default(defaults.workers.count),
    })
    .default(defaults.workers),
  database: z
    .strictObject({
      serverType: serverType(defaults.database.serverType),
      volumeGb: whole(MIN_VOLUME_GB, MAX_VOLUME_GB, 50).default(defaults.database.volumeGb),
    })
    .default(defaults.database),
  loadBalancer: choice(names.loadBalancerTypes, defaults.loadBalancer).default(
    defaults.loadBalancer,
  ),
  /** Who manages the cluster, through WireGuard. */
  admins: atLeastOne(admin, "administrator").max(MAX_ADMINS, `must name at most ${MAX_ADMINS}`),
  /** From where their tunnels may come. */
  adminCidrs: atLeastOne(range("203.0.113.0/24"), "range"),
  sshKeys: atLeastOne(sshKey, "key"),
  cloudflare: z.strictObject({
    accountId: cloudflareId("0123456789abcdef0123456789abcdef"),
    zone: z.strictObject({
      id: cloudflareId("fedcba9876543210fedcba9876543210"),
      name: domain("acme.example"),
    }),
  }),
  buckets: z.strictObject({
    /** Begins the names of the three: `-uploads`, `-assets`, `-backups`. */
    prefix: text(
      names.BUCKET_PREFIX,
      "3 to 55 small letters, digits and hyphens",
      "acme-production",
    ),
    /** Name under which the assets are served to the world. */
    assetsDomain: domain("assets.acme.example"),
    /** Pages whose scripts upload and read files. */
    corsOrigins: z
      .array(text(names.WEB_ORIGIN, "an address without a path", "https://www.acme.example"))
      .default([]),
    jurisdiction: choice(names.jurisdictions, defaults.jurisdiction).default(defaults.jurisdiction),
    backupDays: whole(7, 3650, 35).default(defaults.backupDays),
  }),
  /** Who Let's Encrypt writes to. */
  acmeEmail: text(names.EMAIL, "an e-mail address", "ops@acme.example"),
  /** Who hears of alarms: told by POST. */
  alertWebhook: text(
    names.WEBHOOK_URL,
    "an https address without user, password and query",
    "https://alerts.acme.example/godwit",
  ),
  workloads: z.array(workload).default([]),
  /** What the estimate of the cost is for, a month. */
  usage: z
    .strictObject({
      storedGb: amount(1000).optional(),
      /** Dollars for a euro. */
      dollarsForEuro: z.number().positive("must be above 0").meta({ example: 1.14 }).optional(),
    })
    .default({}),
});

export type HetznerSettings = z.output<typeof hetznerSchema>;
export type Workload = z.output<typeof workload>;
