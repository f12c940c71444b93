import type * as pulumi from "@pulumi/pulumi";
import { OriginAccessControl } from "@pulumi/aws/cloudfront/originAccessControl.js";
import type { Whole } from "./whole.ts";

/** What every distribution of ours has: both address families, HTTP/3, TLS 1.2 or later, no country left out. */
export function edgeSettings(certificateArn: pulumi.Input<string>) {
  return {
    enabled: true,
    isIpv6Enabled: true,
    httpVersion: "http2and3",
    viewerCertificate: {
      acmCertificateArn: certificateArn,
      sslSupportMethod: "sni-only",
      minimumProtocolVersion: "TLSv1.2_2021",
    },
    restrictions: { geoRestriction: { restrictionType: "none" } },
    waitForDeployment: true,
  };
}

/** The distribution signs what it asks the bucket for; nobody else can. */
export function createAccessControl(
  { name, parent }: Whole,
  control: { readonly name: string; readonly description: string },
): OriginAccessControl {
  return new OriginAccessControl(
    `${name}-access-control`,
    {
      ...control,
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    },
    { parent },
  );
}
