import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { AccountToken } from "@pulumi/cloudflare/accountToken.js";
import type { R2Bucket } from "@pulumi/cloudflare/r2bucket.js";
import type { HetznerArgs } from "../args.ts";
import type { ClusterWhole } from "../whole.ts";

/** Cloudflare's permission "Workers R2 Storage Bucket Item Write", which reads as well; the same in all accounts. */
const OBJECT_READ_AND_WRITE = "2efd5506f9c8494dacb1fa10a3e7d5b6";

/** What an S3 client signs with. */
export interface S3Credentials {
  readonly accessKeyId: pulumi.Output<string>;
  /** A secret. */
  readonly secretAccessKey: pulumi.Output<string>;
}

/** Makes a token for the objects of some buckets only, and the S3 credentials that it stands for. */
export function createToken(
  { name, parent, cloudName }: ClusterWhole,
  { cloudflare: { accountId }, buckets: { jurisdiction } }: HetznerArgs,
  id: string,
  buckets: readonly R2Bucket[],
): S3Credentials {
  const resources = pulumi.all(buckets.map((bucket) => bucket.name)).apply((given) => {
    const urns = given.map((bucket) => [
      `com.cloudflare.edge.r2.bucket.${accountId}_${jurisdiction}_${bucket}`,
      "*",
    ]);
    return JSON.stringify(Object.fromEntries(urns));
  });
  const token = new AccountToken(
    `${name}-token-${id}`,
    {
      accountId,
      name: `${cloudName}-${id}`,
      policies: [{ effect: "allow", permissionGroups: [{ id: OBJECT_READ_AND_WRITE }], resources }],
    },
    { parent, additionalSecretOutputs: ["value"] },
  );
  return { accessKeyId: token.id, secretAccessKey: pulumi.secret(token.value).apply(secretOf) };
}

/** R2 takes a token's SHA-256 as S3's secret access key, and its id as the access key's. */
export function secretOf(tokenValue: string): string {
  return createHash("sha256").update(tokenValue).digest("hex");
}
