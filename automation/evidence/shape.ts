import { z } from "zod";

const event = z.strictObject({
  seq: z.int(),
  run: z.string(),
  at: z.string(),
  type: z.string(),
  key: z.string(),
  data: z.record(z.string(), z.json()),
  prev: z.string(),
  hash: z.string(),
});

const signature = z.strictObject({
  algorithm: z.enum(["Ed25519", "ECDSA_SHA_256"]),
  fingerprint: z.string(),
  publicKey: z.string(),
  value: z.string(),
});

/**
 * What a file must have to be checked at all. The rest of the record needs no shape of its own: a check makes it
 * anew from the events and compares.
 */
export const evidenceShape = z.looseObject({
  format: z.literal("godwit-evidence/1"),
  events: z.array(event),
  signature,
});
