import type { Rule } from "../rule.ts";
import { audit } from "./audit.ts";
import { cloudflare } from "./cloudflare.ts";
import { cloudfront } from "./cloudfront.ts";
import { compute } from "./compute.ts";
import { edge } from "./edge.ts";
import { elasticache } from "./elasticache.ts";
import { hetzner } from "./hetzner.ts";
import { iam } from "./iam.ts";
import { ingress } from "./ingress.ts";
import { keys } from "./keys.ts";
import { network } from "./network.ts";
import { rds } from "./rds.ts";
import { relays } from "./relays.ts";
import { s3 } from "./s3.ts";
import { s3Access } from "./s3Access.ts";

/** Every rule, by what it is about. */
export const rules: readonly Rule[] = [
  ...network,
  ...ingress,
  ...edge,
  ...compute,
  ...rds,
  ...elasticache,
  ...s3,
  ...s3Access,
  ...cloudfront,
  ...audit,
  ...keys,
  ...iam,
  ...relays,
  ...hetzner,
  ...cloudflare,
];
