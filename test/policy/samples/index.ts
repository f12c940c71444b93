import type { Resource } from "../../../policy/plan.ts";
import { resource } from "../resources.ts";
import { cloudflare, hetzner } from "./hetzner.ts";
import { ingress, relays } from "./ingress.ts";
import { compute, edge, network, rds, redis } from "./machines.ts";
import { allowing, iam } from "./rights.ts";
import type { Sample } from "./sample.ts";
import { s3 } from "./storage.ts";
import { audit, cloudfront, keys } from "./watch.ts";

export type { Sample } from "./sample.ts";

/** What needs no change to break a rule: that it is there. */
export const never: Readonly<Record<string, Resource>> = {
  IAMNoInlinePolicy: resource("aws:iam/rolePolicy:RolePolicy", allowing("s3:GetObject")),
  IAMUserNoPolicies: resource("aws:iam/userPolicy:UserPolicy", allowing("s3:GetObject")),
  ElastiCacheEncryptedAtRest: resource("aws:elasticache/cluster:Cluster", {}),
};

export const samples: readonly Sample[] = [
  s3,
  ...iam,
  ...ingress,
  ...relays,
  ...edge,
  ...compute,
  rds,
  redis,
  ...network,
  cloudfront,
  ...audit,
  ...keys,
  ...hetzner,
  ...cloudflare,
];
