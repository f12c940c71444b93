import { z } from "zod";
import { moverSchema } from "../mover/settings.ts";
import { redisSchema, snapshotName } from "../redis/settings.ts";
import { applicationSchema } from "./application.ts";
import { choice, fromText, text, whole } from "./fields.ts";

/** In the order of a migration; a stack never goes back by itself. */
export const stages = ["prepare", "cutover", "settled"] as const;
export type Stage = (typeof stages)[number];

/** How the data moves: while it lives, or from a snapshot while the application is stopped. */
export const modes = ["live", "offline"] as const;
export type Mode = (typeof modes)[number];

export const targets = ["redis"] as const;
export type Target = (typeof targets)[number];

/** How sensitive the data is, for cost allocation and audits. */
export const dataClasses = ["public", "internal", "confidential", "phi"] as const;
export type DataClass = (typeof dataClasses)[number];

/** All settings under `godwit:`, by name without the prefix. */
export const settingsSchema = z.strictObject({
  target: choice(targets, "redis"),
  // With `-redis-encrypted` it must fit into the 40 letters of a replication group's id.
  app: text(
    /^[a-z](?:[a-z0-9]|-(?!-|$)){0,23}$/,
    "up to 24 small letters, digits and single hyphens, starting with a letter",
    "acme",
  ),
  stage: choice(stages, "prepare"),
  production: z.boolean().default(false),
  /** Whether a gate must be opened by someone else than who started the run. */
  secondApprover: z.boolean().default(false),
  /** How long the target serves before the source may go. */
  soakHours: fromText(whole(1, 336, 24)).default(24),
  dataClass: choice(dataClasses, "confidential").default("confidential"),
  /** Written by a run. `live`: the target begins empty, whatever its settings say; else they say it. */
  mode: choice(modes, "live").optional(),
  snapshot: snapshotName.optional(),
  finalSnapshot: snapshotName.optional(),
  redis: redisSchema,
  /** The machine inside the network that carries the data; without it there is none. */
  mover: moverSchema.optional(),
  application: applicationSchema.optional(),
});

export type Settings = z.output<typeof settingsSchema> & {
  /** The provider's own setting `aws:region`, where the stack has it. */
  readonly region?: string;
};
