import { clientSettings } from "../../automation/aws.ts";
import type { Subject } from "../../automation/preflight.ts";
import { cdnBucketNames, webBucketNames } from "../../components/bucketNames.ts";
import { stackSettingsOf } from "../settings.ts";
import { refuseTakenBuckets } from "./buckets.ts";

/** Refuses names of buckets that others have. */
export async function checkCdn(subject: Subject): Promise<void> {
  const { cdn, ...where } = stackSettingsOf("cdn", subject);
  await checkNames(subject, { ...where, key: "godwit:cdn.bucket", buckets: cdnBucketNames(cdn) });
}

/** Refuses names of buckets that others have. */
export async function checkWeb(subject: Subject): Promise<void> {
  const { web, ...where } = stackSettingsOf("web", subject);
  await checkNames(subject, { ...where, key: "godwit:web.bucket", buckets: webBucketNames(web) });
}

interface Site {
  readonly app: string;
  readonly region?: string | undefined;
  /** The setting that all names begin with. */
  readonly key: string;
  readonly buckets: Readonly<Record<string, string>>;
}

async function checkNames(
  { environment, stack, note }: Subject,
  { app, region, key, buckets }: Site,
): Promise<void> {
  const wanted = {
    names: Object.values(buckets),
    owner: { app, environment: stack },
    remedy: `Set another \`${key}\`, which the names of all its buckets begin with.`,
  };
  await refuseTakenBuckets(clientSettings(environment.env, region), wanted, note);
}
