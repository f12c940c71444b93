import type { Resource } from "../plan.ts";
import { input, listOf, textsOf, UNKNOWN } from "../plan.ts";
import type { Rule, Verdict } from "../rule.ts";
import { broken, truth, when } from "../rule.ts";

/** Storage at Cloudflare, of which no public HIPAA pack knows. R2 itself encrypts whatever it keeps. */
export const cloudflare: readonly Rule[] = [
  {
    id: "R2BucketPrivate",
    holds: "a bucket has no public address of Cloudflare's own",
    remedy: "Set enabled to false; public files have a domain of yours.",
    hipaa: "164.308(a)(3)(i)",
    types: ["cloudflare:index/r2ManagedDomain:R2ManagedDomain"],
    judge: (domain) => {
      const open = truth(input(domain, "enabled"));
      return when(open === UNKNOWN ? UNKNOWN : !open, "lets anybody read the bucket");
    },
  },
  {
    id: "R2DomainCurrentTls",
    holds: "a bucket's domain speaks TLS 1.2 and later only",
    remedy: "Set minTls to 1.2.",
    hipaa: "164.312(e)(2)(ii)",
    prowler: "zone_min_tls_version_secure",
    types: ["cloudflare:index/r2CustomDomain:R2CustomDomain"],
    judge: (domain) =>
      when(/^1\.[23]$/.test(String(input(domain, "minTls"))), "speaks old versions of TLS"),
  },
  {
    id: "R2NamedOrigins",
    holds: "only named sites read a bucket from a browser",
    remedy: "Name the sites in allowed.origins.",
    hipaa: "164.312(a)(1)",
    types: ["cloudflare:index/r2BucketCors:R2BucketCors"],
    judge: namedOrigins,
  },
  {
    id: "CloudflareTokenForBuckets",
    holds: "a token reaches named buckets only",
    remedy: "Name the buckets in each policy's resources.",
    hipaa: "164.308(a)(4)(ii)(B)",
    types: ["cloudflare:index/accountToken:AccountToken"],
    judge: tokenForBuckets,
  },
];

/** How Cloudflare writes a bucket among the resources of a token. */
const BUCKET = "com.cloudflare.edge.r2.bucket.";

function namedOrigins(cors: Resource): Verdict {
  const origins = listOf(input(cors, "rules")).map((rule) =>
    textsOf(input({ inputs: rule as Resource["inputs"] }, "allowed.origins")),
  );
  if (origins.some((some) => some !== UNKNOWN && some.includes("*"))) {
    return broken("lets every site read the bucket");
  }
  return origins.includes(UNKNOWN) ? "undecided" : "kept";
}

function tokenForBuckets(token: Resource): Verdict {
  const resources = listOf(input(token, "policies")).map((policy) =>
    input({ inputs: policy as Resource["inputs"] }, "resources"),
  );
  if (resources.includes(UNKNOWN)) return "undecided";
  const reached = resources.flatMap((text) => Object.keys(JSON.parse(String(text)) as object));
  const others = reached.filter((name) => !name.startsWith(BUCKET));
  return when(others.length === 0, `reaches ${others.join(", ")}`);
}
