import { keptFor, servedRules } from "../../shared/lifecycle.ts";

/** Days for which a file that was replaced or deleted can be had back. */
const OLD_VERSION_DAYS = 90;
/** Days for which packages of earlier releases are kept. */
const RELEASE_DAYS = 365;

const everything = { prefix: "" };

/** Storage that moves each file by how often it is read, from the first day on. */
const tiered = {
  id: "tiered",
  status: "Enabled",
  filter: everything,
  transitions: [{ days: 0, storageClass: "INTELLIGENT_TIERING" }],
};

const kept = servedRules({ oldVersionDays: OLD_VERSION_DAYS });

/** Health data has no expiry here: how long it must be kept is the practice's to say. */
export const uploadRules = kept;
export const backupRules = [tiered, ...kept];
export const releaseRules = keptFor(RELEASE_DAYS);
export const logRules = (days: number) => keptFor(days);
