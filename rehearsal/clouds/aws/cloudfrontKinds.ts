import { randomBytes } from "node:crypto";
import { text, texts } from "../properties.ts";
import { AwsError, type Part, type Properties, type World } from "../world.ts";
import type { Certificates } from "./acmKinds.ts";
import { keptKind, type Kept } from "./keptKind.ts";

/** The zone that every distribution's name is in. */
const HOSTED_ZONE = "Z2FDTNDATAQYW2";

/** Policies that CloudFront itself keeps, the same in every account. */
const MANAGED: readonly string[] = [
  "658327ea-f89d-4fab-a63d-7e88639e58f6", // CachingOptimized
  "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", // CachingDisabled
  "b689b0a8-53d0-40ab-baf2-68738e2966ac", // AllViewerExceptHostHeader
  "67f7725c-6f97-4210-82d7-5512b31e9d03", // SecurityHeadersPolicy
];

const idWith = (prefix: string) => prefix + randomBytes(6).toString("hex").toUpperCase();
const etag = () => `E${randomBytes(6).toString("hex").toUpperCase()}`;

/** Distributions and what they are built of, without edges: names are unique, and what is named must exist. */
export function createCloudFront(world: World, certificates: Certificates): Part {
  const access = named(world, "originAccessControl:OriginAccessControl", "origin-access-control");
  const caching = named(world, "cachePolicy:CachePolicy", "cache-policy");
  const headers = named(
    world,
    "responseHeadersPolicy:ResponseHeadersPolicy",
    "response-headers-policy",
  );
  const functions = named(world, "function:Function", "function", () => ({
    status: "UNASSOCIATED",
    liveStageEtag: etag(),
  }));
  const stores = named(world, "keyValueStore:KeyValueStore", "key-value-store");
  const distributions = distributionKind(world, certificates, { access, caching, headers });
  const monitoring = keptKind({
    type: "aws:cloudfront/monitoringSubscription:MonitoringSubscription",
    replaceOn: ["distributionId"],
    actions: { create: "cloudfront:CreateMonitoringSubscription" },
    make: (inputs) => ({
      id: existing(distributions, text(inputs, "distributionId"), "NoSuchDistribution"),
      outputs: {},
    }),
  });
  const all = [access, caching, headers, functions, stores, distributions, monitoring];
  return { kinds: all.map(({ kind }) => kind) };
}

/** Something with a name that is unique in the account; functions and stores are called by it, the others by an id. */
function named(
  { account }: World,
  type: string,
  resource: string,
  more: () => Properties = () => ({}),
): Kept {
  const byName = resource === "function" || resource === "key-value-store";
  const className = type.split(":")[1]!;
  const kept: Kept = keptKind({
    type: `aws:cloudfront/${type}`,
    replaceOn: ["name"],
    actions: { create: `cloudfront:Create${className}`, delete: `cloudfront:Delete${className}` },
    make(inputs) {
      const name = text(inputs, "name") ?? "";
      if ([...kept.resources.values()].some((other) => other["name"] === name)) {
        const message = `A ${className} with the name ${name} already exists.`;
        throw new AwsError(`${className}AlreadyExists`, message, 409);
      }
      const id = byName ? name : idWith("E");
      const arn = `arn:aws:cloudfront::${account.id}:${resource}/${id}`;
      return { id, outputs: { arn, etag: etag(), ...more() } };
    },
    change: () => ({ etag: etag(), ...more() }),
  });
  return kept;
}

interface Parts {
  readonly access: Kept;
  readonly caching: Kept;
  readonly headers: Kept;
}

function distributionKind({ account }: World, certificates: Certificates, parts: Parts): Kept {
  const kept: Kept = keptKind({
    type: "aws:cloudfront/distribution:Distribution",
    replaceOn: [],
    actions: {
      create: "cloudfront:CreateDistribution",
      update: "cloudfront:UpdateDistribution",
      delete: "cloudfront:DeleteDistribution",
    },
    make(inputs) {
      refuse(inputs, certificates, parts, [...kept.resources.values()]);
      const id = idWith("E");
      return {
        id,
        outputs: {
          arn: `arn:aws:cloudfront::${account.id}:distribution/${id}`,
          domainName: `d${randomBytes(7).toString("hex")}.cloudfront.net`,
          hostedZoneId: HOSTED_ZONE,
          callerReference: `terraform-${Date.now()}`,
          inProgressValidationBatches: 0,
          loggingV1Enabled: false,
          trustedKeyGroups: [],
          trustedSigners: [],
          ...deployed(),
        },
      };
    },
    change(inputs, state) {
      const others = [...kept.resources.values()].filter(({ arn }) => arn !== state["arn"]);
      refuse(inputs, certificates, parts, others);
      return deployed();
    },
  });
  return kept;
}

const deployed = () => ({
  status: "Deployed",
  etag: etag(),
  lastModifiedTime: new Date().toISOString(),
});

function refuse(
  inputs: Properties,
  certificates: Certificates,
  parts: Parts,
  others: readonly Properties[],
): void {
  const aliases = texts(inputs, "aliases");
  const viewer = inputs["viewerCertificate"] as Properties;
  certificates.assertServes(text(viewer, "acmCertificateArn") ?? "", aliases);
  for (const alias of aliases) {
    if (!others.some((other) => texts(other, "aliases").includes(alias))) continue;
    const message = `One or more of the CNAMEs you provided are already associated with a different resource: ${alias}`;
    throw new AwsError("CNAMEAlreadyExists", message, 409);
  }
  for (const origin of inputs["origins"] as readonly Properties[]) {
    if (origin["customOriginConfig"] !== undefined) continue;
    const id = text(origin, "originAccessControlId");
    existing(parts.access, id, "NoSuchOriginAccessControl");
  }
  const ordered = (inputs["orderedCacheBehaviors"] ?? []) as readonly Properties[];
  for (const behavior of [inputs["defaultCacheBehavior"] as Properties, ...ordered]) {
    refuseBehavior(behavior, inputs, parts);
  }
}

function refuseBehavior(behavior: Properties, inputs: Properties, parts: Parts): void {
  const origins = inputs["origins"] as readonly Properties[];
  const target = text(behavior, "targetOriginId");
  if (!origins.some((origin) => text(origin, "originId") === target)) {
    const message = `One or more of your origins or origin groups do not exist: ${target}`;
    throw new AwsError("NoSuchOrigin", message, 404);
  }
  existing(parts.caching, text(behavior, "cachePolicyId"), "NoSuchCachePolicy");
  const headers = text(behavior, "responseHeadersPolicyId");
  if (headers) existing(parts.headers, headers, "NoSuchResponseHeadersPolicy");
}

function existing(kept: Kept, id: string | undefined, code: string): string {
  if (id !== undefined && (kept.resources.has(id) || MANAGED.includes(id))) return id;
  throw new AwsError(code, `The specified resource ${id ?? "(none)"} does not exist.`, 404);
}
