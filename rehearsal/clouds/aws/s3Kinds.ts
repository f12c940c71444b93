import { tags, text } from "../properties.ts";
import {
  AwsError,
  type Action,
  type Part,
  type Properties,
  type Service,
  type World,
} from "../world.ts";
import { keptKind, type Kept } from "./keptKind.ts";

const LEGAL = /^(?!xn--|sthree-|amzn-s3-demo-)(?!\d+(\.\d+){3}$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** What is set on a bucket beside it; each is there once, under the bucket's name. */
const SETTINGS: Readonly<Record<string, string>> = {
  "bucketPublicAccessBlock:BucketPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "bucketOwnershipControls:BucketOwnershipControls": "s3:PutBucketOwnershipControls",
  "bucketVersioning:BucketVersioning": "s3:PutBucketVersioning",
  "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    "s3:PutEncryptionConfiguration",
  "bucketLifecycleConfiguration:BucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
  "bucketLogging:BucketLogging": "s3:PutBucketLogging",
  "bucketCorsConfiguration:BucketCorsConfiguration": "s3:PutBucketCORS",
};

/**
 * Buckets without files: names are unique, settings need their bucket, a policy that opens a closed one is refused.
 *
 * @param taken names that others in the world have
 */
export function createS3(world: World, taken: readonly string[]): Part {
  const buckets = bucketKind(world, taken);
  const closed = settingKind(
    buckets,
    "bucketPublicAccessBlock:BucketPublicAccessBlock",
    "s3:PutBucketPublicAccessBlock",
  );
  const others = Object.entries(SETTINGS).filter(([name]) => !name.includes("PublicAccessBlock"));
  const settings = others.map(([name, action]) => settingKind(buckets, name, action));
  const policies = policyKind(buckets, closed);
  return {
    kinds: [buckets, closed, policies, ...settings].map(({ kind }) => kind),
    services: [questions(buckets, taken)],
  };
}

interface Named {
  readonly Bucket?: string;
}

/** What can be asked about a bucket: whether there is one of the name, and its tags. */
function questions(buckets: Kept, taken: readonly string[]): Service {
  const known = ({ Bucket = "" }: Named) => {
    if (taken.includes(Bucket)) throw new AwsError("AccessDenied", "Access Denied", 403);
    return existing(buckets, Bucket);
  };
  const actions: Readonly<Record<string, Action<Named>>> = {
    async HeadBucket(input) {
      known(input);
      return {};
    },
    async GetBucketTagging(input) {
      const bucket = buckets.resources.get(known(input));
      const TagSet = Object.entries(tags(bucket ?? {})).map(([Key, Value]) => ({ Key, Value }));
      if (TagSet.length > 0) return { TagSet };
      throw new AwsError("NoSuchTagSet", "The TagSet does not exist", 404);
    },
  };
  return { name: "s3", actions };
}

function bucketKind({ account }: World, taken: readonly string[]): Kept {
  const kept: Kept = keptKind({
    type: "aws:s3/bucket:Bucket",
    replaceOn: ["bucket", "bucketPrefix"],
    actions: { create: "s3:CreateBucket", delete: "s3:DeleteBucket" },
    make(inputs) {
      const name = text(inputs, "bucket") ?? "";
      if (!LEGAL.test(name)) {
        throw new AwsError("InvalidBucketName", "The specified bucket is not valid.");
      }
      if (kept.resources.has(name) || taken.includes(name)) {
        const message =
          "The requested bucket name is not available. The bucket namespace is shared by all users of the system.";
        throw new AwsError("BucketAlreadyExists", message, 409);
      }
      return { id: name, outputs: addressesOf(name, account.region) };
    },
  });
  return kept;
}

function addressesOf(name: string, region: string): Properties {
  return {
    arn: `arn:aws:s3:::${name}`,
    bucketDomainName: `${name}.s3.amazonaws.com`,
    bucketRegion: region,
    bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    hostedZoneId: "Z3AQBSTGFYJSTF",
    requestPayer: "BucketOwner",
  };
}

function settingKind(buckets: Kept, name: string, action: string): Kept {
  return keptKind({
    type: `aws:s3/${name}`,
    replaceOn: ["bucket"],
    actions: { create: action, update: action },
    make: (inputs) => ({ id: existing(buckets, text(inputs, "bucket") ?? ""), outputs: {} }),
  });
}

function policyKind(buckets: Kept, closed: Kept): Kept {
  const accept = (inputs: Properties) => {
    const bucket = existing(buckets, text(inputs, "bucket") ?? "");
    const isClosed = closed.resources.get(bucket)?.["blockPublicPolicy"] === true;
    if (isClosed && isPublic(text(inputs, "policy") ?? "")) {
      const message = `User is not authorized to perform: s3:PutBucketPolicy on resource: ${bucket} because public policies are blocked by the BlockPublicPolicy setting.`;
      throw new AwsError("AccessDenied", message, 403);
    }
    return bucket;
  };
  return keptKind({
    type: "aws:s3/bucketPolicy:BucketPolicy",
    replaceOn: ["bucket"],
    actions: { create: "s3:PutBucketPolicy", update: "s3:PutBucketPolicy" },
    make: (inputs) => ({ id: accept(inputs), outputs: {} }),
    change: (inputs) => ({ bucket: accept(inputs) }),
  });
}

function existing(buckets: Kept, bucket: string): string {
  if (buckets.resources.has(bucket)) return bucket;
  throw new AwsError("NoSuchBucket", `The specified bucket ${bucket} does not exist`, 404);
}

interface Statement {
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Condition?: object;
}

/** Whether a policy lets anyone in, without a condition. */
function isPublic(policy: string): boolean {
  const { Statement } = parse(policy);
  return Statement.some(
    ({ Effect, Principal, Condition }) =>
      Effect === "Allow" &&
      Condition === undefined &&
      ['"*"', '{"AWS":"*"}'].includes(JSON.stringify(Principal)),
  );
}

function parse(policy: string): { Statement: Statement[] } {
  try {
    return JSON.parse(policy) as { Statement: Statement[] };
  } catch {
    throw new AwsError("MalformedPolicy", "Policies must be valid JSON.");
  }
}
