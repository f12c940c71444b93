import {
  GetBucketTaggingCommand,
  HeadBucketCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { ClientSettings } from "../../automation/aws.ts";
import { refusal } from "../../automation/errors.ts";
import { isDenied } from "./denied.ts";
import { isOwn, type Owner } from "./owner.ts";

/** The buckets that a target has. */
export interface Buckets {
  readonly names: readonly string[];
  readonly owner: Owner;
  /** What a person does when a name is not to be had. */
  readonly remedy: string;
}

/**
 * Refuses names of buckets that others have: all accounts share one space of names, where S3 answers 404 for a free
 * one and 403 for a stranger's (HeadBucket, Amazon S3 API reference). Those with the target's own tags are its own.
 *
 * @param note is told of a bucket in this account whose tags could not be looked at, for want of a right
 */
export async function refuseTakenBuckets(
  settings: ClientSettings,
  { names, owner, remedy }: Buckets,
  note: (line: string) => void,
): Promise<void> {
  const client = new S3Client({
    ...settings,
    followRegionRedirects: true,
    // An endpoint of one's own has no name for each bucket.
    forcePathStyle: settings.endpoint !== undefined,
  });
  const holders = await Promise.all(names.map((name) => holderOf(client, name, owner, note)));
  const taken = names.flatMap((name, index) =>
    holders[index] === undefined ? [] : `\`${name}\` (${holders[index]})`,
  );
  if (taken.length === 0) return;
  // Wrong credentials get a 403 for every name, too: STS says what is wrong with them.
  await new STSClient(settings).send(new GetCallerIdentityCommand({}));
  throw refusal(
    "bucket-taken",
    `All AWS accounts share one space of bucket names, and others have ${taken.join(", ")}.`,
    remedy,
  );
}

/** Who else has the name; undefined for a free one and the owner's own. */
async function holderOf(
  client: S3Client,
  name: string,
  owner: Owner,
  note: (line: string) => void,
): Promise<string | undefined> {
  const status = await statusOf(client, name);
  if (status === 404) return undefined;
  if (status === 403) return "another account's, or out of these credentials' sight";
  try {
    const isOurs = isOwn(await tagsOf(client, name), owner);
    return isOurs ? undefined : "this account's, and by its tags not this stack's";
  } catch (error) {
    if (!isDenied(error)) throw error;
    note(
      `Whether the bucket ${name} is this stack's was not looked at: ${error.message}. ` +
        "Allow `s3:GetBucketTagging` on it to have it looked at.",
    );
    return undefined;
  }
}

/** How S3 answers to the name: 200, 403 or 404; a HEAD has no body that would say more. */
async function statusOf(client: S3Client, Bucket: string): Promise<200 | 403 | 404> {
  try {
    await client.send(new HeadBucketCommand({ Bucket }));
    return 200;
  } catch (error) {
    const status = error instanceof S3ServiceException && error.$metadata.httpStatusCode;
    if (status === 403 || status === 404) return status;
    throw error;
  }
}

async function tagsOf(client: S3Client, Bucket: string) {
  try {
    const { TagSet = [] } = await client.send(new GetBucketTaggingCommand({ Bucket }));
    return TagSet;
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === "NoSuchTagSet") return [];
    throw error;
  }
}
