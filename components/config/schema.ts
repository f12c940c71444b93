import { z } from "zod";
import { cdnSchema } from "../cdn/settings.ts";
import { hetznerSchema } from "../hetzner/settings.ts";
import { hipaaMoverSchema, hipaaSchema } from "../hipaa/settings.ts";
import { moverSchema } from "../mover/settings.ts";
import { redisSchema, snapshotName } from "../redis/settings.ts";
import { relaySchema } from "../relay/settings.ts";
import { webSchema } from "../web/settings.ts";
import { applicationSchema } from "./application.ts";
import { securityGroupId } from "./awsIds.ts";
import { choice, fromText, text, whole } from "./fields.ts";
import { modes, stages, tokenRotations } from "./stages.ts";

export const targets = ["redis", "cdn", "web", "hetzner", "hipaa"] as const;
export type Target = (typeof targets)[number];

/** How sensitive the data is, for cost allocation and audits. */
export const dataClasses = ["public", "internal", "confidential", "phi"] as const;
export type DataClass = (typeof dataClasses)[number];

/** What the stack of any target says. */
const common = {
  // With `-redis-encrypted` it must fit into the 40 letters of a replication group's id.
  app: text(
    /^[a-z](?:[a-z0-9]|-(?!-|$)){0,23}$/,
    "up to 24 small letters, digits and single hyphens, starting with a letter",
    "acme",
  ),
  production: z.boolean().default(false),
  /** Whether a gate must be opened by someone else than who started the run. */
  secondApprover: z.boolean().default(false),
  /** How long the target serves before the source may go. */
  soakHours: fromText(whole(1, 336, 24)).default(24),
  dataClass: choice(dataClasses, "confidential").default("confidential"),
  application: applicationSchema.optional(),
};

/** All settings under `godwit:`, by name without the prefix, for each target. */
export const settingsSchemas = {
  redis: z.strictObject({
    target: z.literal("redis").meta({ example: "redis" }),
    ...common,
    stage: choice(stages, "prepare"),
    /** Written by a run. `relay` and `live`: the target begins empty, whatever its settings say; else they say it. */
    mode: choice(modes, "relay").optional(),
    snapshot: snapshotName.optional(),
    finalSnapshot: snapshotName.optional(),
    /** Written by a run: when the relays stop serving, whatever else happens. */
    relayUntil: text(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
      "a time in UTC as ISO 8601 writes it",
      "2026-03-08T12:00:00Z",
    ).optional(),
    /** Written by a run: who may connect to the source when it is not fenced. */
    sourceSecurityGroups: z
      .array(securityGroupId)
      .min(1, "must name at least one security group")
      .optional(),
    /** Written by a run. */
    tokenRotation: choice(tokenRotations, "added").default("none"),
    redis: redisSchema,
    /** The machine inside the network that carries the data; without it there is none. */
    mover: moverSchema.optional(),
    /** The relays between clients and servers, in mode relay. */
    relay: relaySchema.optional(),
  }),
  cdn: z.strictObject({
    target: z.literal("cdn").meta({ example: "cdn" }),
    ...common,
    stage: choice(stages, "prepare").default("prepare"),
    cdn: cdnSchema,
  }),
  web: z.strictObject({
    target: z.literal("web").meta({ example: "web" }),
    ...common,
    stage: choice(stages, "prepare").default("prepare"),
    web: webSchema,
  }),
  hetzner: z.strictObject({
    target: z.literal("hetzner").meta({ example: "hetzner" }),
    ...common,
    stage: choice(stages, "prepare").default("prepare"),
    hetzner: hetznerSchema,
  }),
  hipaa: z.strictObject({
    target: z.literal("hipaa").meta({ example: "hipaa" }),
    ...common,
    dataClass: choice(dataClasses, "phi").default("phi"),
    stage: choice(stages, "prepare").default("prepare"),
    hipaa: hipaaSchema,
    /** The machine inside the network that carries the data; without it there is none. */
    mover: hipaaMoverSchema.optional(),
  }),
} satisfies Record<Target, z.ZodObject>;

/** The settings of a stack of one target. */
export type SettingsOf<T extends Target> = z.output<(typeof settingsSchemas)[T]> & {
  /** The provider's own setting `aws:region`, where the stack has it. */
  readonly region?: string;
};

export type Settings = { [T in Target]: SettingsOf<T> }[Target];
