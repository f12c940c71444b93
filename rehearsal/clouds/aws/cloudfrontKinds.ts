import { randomBytes } from "node:crypto";
import { text, texts } from "../properties.ts";
import { AwsError, type Part, type Properties, type World } from "../world.ts";
import type { Certificates } from "./acmKinds.ts";
import { keptKind, type Kept } from "./keptKind.ts";

/** The zone that every distribution's name is in. */
const HOSTED_ZONE = "Z2FDTNDATAQYW2";

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
    const id = text(origin, "originAccessControlId");
    existing(parts.access, id, "NoSuchOriginAccessControl");
  }
  const behavior = inputs["defaultCacheBehavior"] as Properties;
  existing(parts.caching, text(behavior, "cachePolicyId"), "NoSuchCachePolicy");
  const headers = text(behavior, "responseHeadersPolicyId");
  if (headers) existing(parts.headers, headers, "NoSuchResponseHeadersPolicy");
}

function existing(kept: Kept, id: string | undefined, code: string): string {
  if (id !== undefined && kept.resources.has(id)) return id;
  throw new AwsError(code, `The specified resource ${id ?? "(none)"} does not exist.`, 404);
}
