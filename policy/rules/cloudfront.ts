import type { Plan, Resource } from "../plan.ts";
import { input, isGiven, listOf, UNKNOWN } from "../plan.ts";
import type { Rule, Verdict } from "../rule.ts";
import { when } from "../rule.ts";

const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";
const CERTIFICATE_TLS = /^TLSv1\.[23]_/;

/** CDNs, of which the public HIPAA packs know nothing but HTTPS. */
export const cloudfront: readonly Rule[] = [
  {
    id: "CloudFrontHttpsOnly",
    holds: "a CDN answers over HTTPS",
    remedy: "Set viewerProtocolPolicy to redirect-to-https or https-only in every behavior.",
    hipaa: "164.312(e)(1)",
    config: "cloudfront-viewer-policy-https",
    prowler: "cloudfront_distributions_https_enabled",
    types: [DISTRIBUTION],
    judge: (cdn) => {
      const behaviors = [
        input(cdn, "defaultCacheBehavior"),
        ...listOf(input(cdn, "orderedCacheBehaviors")),
      ].map((each) => (each ?? {}) as { viewerProtocolPolicy?: string });
      const secure = behaviors.every(({ viewerProtocolPolicy }) =>
        ["redirect-to-https", "https-only"].includes(viewerProtocolPolicy ?? ""),
      );
      return when(secure, "answers over HTTP");
    },
  },
  {
    id: "CloudFrontCurrentTls",
    holds: "a CDN speaks TLS 1.2 and later only",
    remedy: "Set viewerCertificate.minimumProtocolVersion to TLSv1.2_2021.",
    hipaa: "164.312(e)(2)(ii)",
    cdkNag: "AwsSolutions-CFR4",
    config: "cloudfront-security-policy-check",
    prowler: "cloudfront_distributions_custom_ssl_certificate",
    types: [DISTRIBUTION],
    judge: (cdn) =>
      when(
        CERTIFICATE_TLS.test(String(input(cdn, "viewerCertificate.minimumProtocolVersion"))),
        "speaks old versions of TLS",
      ),
  },
  {
    id: "CloudFrontOriginTls",
    holds: "a CDN asks its origins over TLS 1.2",
    remedy: "Set originProtocolPolicy to https-only and originSslProtocols to TLSv1.2.",
    hipaa: "164.312(e)(1)",
    cdkNag: "AwsSolutions-CFR5",
    config: "cloudfront-no-deprecated-ssl-protocols",
    prowler: "cloudfront_distributions_origin_traffic_encrypted",
    types: [DISTRIBUTION],
    judge: (cdn) => when(customOrigins(cdn).every(isSecure), "asks an origin without current TLS"),
  },
  {
    id: "CloudFrontOriginAccessControl",
    holds: "a bucket answers the CDN alone",
    remedy: "Give the origin an originAccessControlId.",
    hipaa: "164.308(a)(3)(i)",
    cdkNag: "AwsSolutions-CFR7",
    config: "cloudfront-s3-origin-access-control-enabled",
    prowler: "cloudfront_distributions_s3_origin_access_control",
    types: [DISTRIBUTION],
    judge: (cdn) => {
      const buckets = originsOf(cdn).filter((origin) => !isGiven(origin, "customOriginConfig"));
      return when(
        buckets.every((origin) => isGiven(origin, "originAccessControlId")),
        "asks a bucket as anybody would",
      );
    },
  },
  {
    id: "CloudFrontLogged",
    holds: "requests to a CDN are logged",
    remedy: "Set loggingConfig, or declare a LogDeliverySource of the distribution.",
    hipaa: "164.312(b)",
    cdkNag: "AwsSolutions-CFR3",
    config: "cloudfront-accesslogs-enabled",
    prowler: "cloudfront_distributions_logging_enabled",
    types: [DISTRIBUTION],
    judge: logged,
  },
];

type Origin = Pick<Resource, "inputs">;

function originsOf(cdn: Resource): Origin[] {
  return listOf(input(cdn, "origins")).map((origin) => ({ inputs: origin as Resource["inputs"] }));
}

function customOrigins(cdn: Resource): Origin[] {
  return originsOf(cdn).filter((origin) => isGiven(origin, "customOriginConfig"));
}

function isSecure(origin: Origin): boolean {
  const protocols = listOf(input(origin, "customOriginConfig.originSslProtocols"));
  return (
    input(origin, "customOriginConfig.originProtocolPolicy") === "https-only" &&
    protocols.every((protocol) => protocol === "TLSv1.2")
  );
}

function logged(cdn: Resource, plan: Plan): Verdict {
  if (isGiven(cdn, "loggingConfig")) return "kept";
  const type = "aws:cloudwatch/logDeliverySource:LogDeliverySource";
  const sources = plan.beside(cdn, type, "resourceArn");
  return when(sources === UNKNOWN ? UNKNOWN : sources.length > 0, "logs no requests");
}
