import { expect } from "chai";
import type { AssetsCdnArgs } from "../../../components/cdn/args.ts";
import { ACCOUNT, CERTIFICATE_ARN, CdnUnderTest, TAGS } from "./cdnUnderTest.ts";

const BEHAVIOR = {
  targetOriginId: "assets",
  viewerProtocolPolicy: "redirect-to-https",
  allowedMethods: ["GET", "HEAD", "OPTIONS"],
  cachedMethods: ["GET", "HEAD"],
  compress: true,
  cachePolicyId: "cdn-cache-policy-id",
  responseHeadersPolicyId: "cdn-response-headers-id",
};

describe("AssetsCdn: distribution", () => {
  const cdn = new CdnUnderTest();
  const inputsOf = async (name: string, changes: Partial<AssetsCdnArgs> = {}) =>
    (await cdn.child(name, changes)).inputs;

  it("serves the bucket under the name, over HTTPS with TLS 1.2 or later", async () => {
    expect(await inputsOf("cdn-distribution")).to.deep.equal({
      comment: "Assets of acme",
      enabled: true,
      aliases: ["cdn.acme.example"],
      isIpv6Enabled: true,
      httpVersion: "http2and3",
      priceClass: "PriceClass_100",
      origins: [
        {
          originId: "assets",
          domainName: "acme-public-assets.s3.ca-central-1.amazonaws.com",
          originAccessControlId: "cdn-access-control-id",
        },
      ],
      defaultCacheBehavior: BEHAVIOR,
      viewerCertificate: {
        acmCertificateArn: `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/new`,
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: "TLSv1.2_2021",
      },
      restrictions: { geoRestriction: { restrictionType: "none" } },
      waitForDeployment: true,
      tags: TAGS,
    });
  });

  it("signs what it asks the bucket for", async () => {
    expect(await inputsOf("cdn-access-control")).to.deep.equal({
      name: "acme-cdn",
      description: "Assets of acme",
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    });
  });

  it("keeps a file for a year, or as the file itself says, whatever the request carries", async () => {
    const { name, minTtl, defaultTtl, maxTtl, ...rest } = await inputsOf("cdn-cache-policy");
    expect({ name, minTtl, defaultTtl, maxTtl }).to.deep.equal({
      name: "acme-cdn",
      minTtl: 0,
      defaultTtl: 31_536_000,
      maxTtl: 31_536_000,
    });
    expect(rest.parametersInCacheKeyAndForwardedToOrigin).to.deep.equal({
      cookiesConfig: { cookieBehavior: "none" },
      headersConfig: { headerBehavior: "none" },
      queryStringsConfig: { queryStringBehavior: "none" },
      enableAcceptEncodingBrotli: true,
      enableAcceptEncodingGzip: true,
    });
  });

  it("makes uploaded files harmless, and leaves Cache-Control to each file", async () => {
    const headers = await inputsOf("cdn-response-headers");
    expect(headers.securityHeadersConfig).to.deep.equal({
      contentSecurityPolicy: {
        contentSecurityPolicy:
          "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'",
        override: true,
      },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: "DENY", override: true },
      referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: true },
      strictTransportSecurity: {
        accessControlMaxAgeSec: 63_072_000,
        includeSubdomains: true,
        override: true,
      },
    });
    expect(headers).not.to.have.any.keys("corsConfig", "customHeadersConfig");
  });

  it("lets named pages read files by scripts, and sends them no cookies", async () => {
    const cors = { origins: ["https://www.acme.example"] };
    expect((await inputsOf("cdn-response-headers", { cors })).corsConfig).to.deep.equal({
      accessControlAllowOrigins: { items: ["https://www.acme.example"] },
      accessControlAllowMethods: { items: ["GET", "HEAD"] },
      accessControlAllowHeaders: { items: ["*"] },
      accessControlAllowCredentials: false,
      accessControlMaxAgeSec: 3600,
      originOverride: true,
    });
  });

  it("takes another price class", async () => {
    const { priceClass } = await inputsOf("cdn-distribution", { priceClass: "PriceClass_All" });
    expect(priceClass).to.equal("PriceClass_All");
  });

  it("has its hit rate and its errors by code measured", async () => {
    expect(await inputsOf("cdn-monitoring")).to.deep.equal({
      distributionId: "cdn-distribution-id",
      monitoringSubscription: {
        realtimeMetricsSubscriptionConfig: { realtimeMetricsSubscriptionStatus: "Enabled" },
      },
    });
  });

  it("asks the redirect about old paths only", async () => {
    const { orderedCacheBehaviors, defaultCacheBehavior } = await inputsOf("cdn-distribution", {
      redirectUploads: true,
    });
    expect(defaultCacheBehavior).to.deep.equal(BEHAVIOR);
    expect(orderedCacheBehaviors).to.deep.equal([
      {
        ...BEHAVIOR,
        pathPattern: "/uploads/*",
        functionAssociations: [
          {
            eventType: "viewer-request",
            functionArn: `arn:aws:mock:us-east-1:${ACCOUNT}:cdn-redirect`,
          },
        ],
      },
    ]);
  });

  it("is found under its name over IPv4 and IPv6", async () => {
    const declared = await cdn.declare();
    const records = declared.filter(({ name }) => name.startsWith("cdn-record-"));
    expect(records.map(({ inputs }) => inputs)).to.deep.equal(
      ["A", "AAAA"].map((type) => ({
        zoneId: "Z0ACME",
        name: "cdn.acme.example",
        type,
        aliases: [
          { name: "d1.cloudfront.net", zoneId: "Z2FDTNDATAQYW2", evaluateTargetHealth: false },
        ],
      })),
    );
  });

  it("has its access logs delivered without ACLs", async () => {
    const declared = await cdn.declare();
    const inputs = (id: string) => declared.find(({ name }) => name === id)!.inputs;
    expect(inputs("cdn-log-source")).to.include({
      name: "acme-cdn",
      logType: "ACCESS_LOGS",
      resourceArn: `arn:aws:cloudfront::${ACCOUNT}:distribution/E1`,
    });
    expect(inputs("cdn-log-destination").deliveryDestinationConfiguration).to.deep.equal({
      destinationResourceArn: "arn:aws:s3:::acme-public-assets-logs",
    });
    expect(inputs("cdn-distribution")).not.to.have.property("loggingConfig");
  });

  describe("certificate", () => {
    it("that is new is validated by a record in the zone before it is used", async () => {
      const declared = await cdn.declare();
      const inputs = (id: string) => declared.find(({ name }) => name === id)!.inputs;
      expect(inputs("cdn-certificate")).to.include({
        domainName: "cdn.acme.example",
        validationMethod: "DNS",
      });
      expect(inputs("cdn-certificate-record")).to.deep.equal({
        zoneId: "Z0ACME",
        name: "_proof.cdn.acme.example.",
        type: "CNAME",
        records: ["_secret.acm-validations.aws."],
        ttl: 300,
        allowOverwrite: true,
      });
    });

    it("that exists is taken as it is", async () => {
      const { viewerCertificate } = await inputsOf("cdn-distribution", {
        certificate: { existing: CERTIFICATE_ARN },
      });
      expect(viewerCertificate).to.include({ acmCertificateArn: CERTIFICATE_ARN });
    });
  });
});
