import type { PrivateBucketArgs } from "./privateBucket.ts";

type Rules = Exclude<PrivateBucketArgs["rules"], PromiseLike<unknown>>;

/** Days for which the parts of an upload that was broken off are kept. */
const BROKEN_UPLOAD_DAYS = 7;

const everything = { prefix: "" };

/** Of files that are in use: old versions go, cold files move. */
export function servedRules(days: {
  readonly oldVersionDays: number;
  readonly coldAfterDays?: number | undefined;
}) {
  const { oldVersionDays, coldAfterDays } = days;
  return [
    oldVersions(oldVersionDays),
    brokenUploads,
    ...(coldAfterDays === undefined
      ? []
      : [
          {
            id: "cold",
            status: "Enabled",
            filter: everything,
            // Read in milliseconds, unlike the other classes of its name.
            transitions: [{ days: coldAfterDays, storageClass: "GLACIER_IR" }],
          },
        ]),
  ] satisfies Rules;
}

/** Of files that are kept for a time, then gone for good. */
export function keptFor(days: number) {
  return [expiryAfter(days), oldVersions(1), brokenUploads] satisfies Rules;
}

export function expiryAfter(days: number) {
  return { id: "expiry", status: "Enabled", filter: everything, expiration: { days } };
}

function oldVersions(noncurrentDays: number) {
  return {
    id: "old-versions",
    status: "Enabled",
    filter: everything,
    noncurrentVersionExpiration: { noncurrentDays },
    // What is left of a file when its last old version has gone.
    expiration: { expiredObjectDeleteMarker: true },
  };
}

const brokenUploads = {
  id: "broken-uploads",
  status: "Enabled",
  filter: everything,
  abortIncompleteMultipartUpload: { daysAfterInitiation: BROKEN_UPLOAD_DAYS },
};
