import { expect } from "chai";
import type { AssetsCdnArgs } from "../../../components/cdn/args.ts";
import type { Declared } from "../../support/mocks.ts";
import { CERTIFICATE_ARN, CdnUnderTest, TAGS } from "./cdnUnderTest.ts";

const bucket = (id: string) => [
  `aws:s3/bucket:Bucket cdn-${id}`,
  `aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock cdn-${id}-access-block`,
  `aws:s3/bucketOwnershipControls:BucketOwnershipControls cdn-${id}-ownership`,
  `aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration cdn-${id}-encryption`,
  `aws:s3/bucketVersioning:BucketVersioning cdn-${id}-versioning`,
  `aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration cdn-${id}-lifecycle`,
  `aws:s3/bucketPolicy:BucketPolicy cdn-${id}-policy`,
];
const BUCKETS = ["assets", "archive", "logs"].flatMap(bucket);
const LOGGING = [
  "aws:s3/bucketLogging:BucketLogging cdn-assets-logging",
  "aws:s3/bucketLogging:BucketLogging cdn-archive-logging",
  "aws:cloudwatch/logDeliverySource:LogDeliverySource cdn-log-source",
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination cdn-log-destination",
  "aws:cloudwatch/logDelivery:LogDelivery cdn-log-delivery",
];
const CERTIFICATE = [
  "aws:acm/certificate:Certificate cdn-certificate",
  "aws:route53/record:Record cdn-certificate-record",
  "aws:acm/certificateValidation:CertificateValidation cdn-certificate-validation",
];
const DISTRIBUTION = [
  "aws:cloudfront/cachePolicy:CachePolicy cdn-cache-policy",
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy cdn-response-headers",
  "aws:cloudfront/originAccessControl:OriginAccessControl cdn-access-control",
  "aws:cloudfront/distribution:Distribution cdn-distribution",
  "aws:cloudfront/monitoringSubscription:MonitoringSubscription cdn-monitoring",
  "aws:route53/record:Record cdn-record-a",
  "aws:route53/record:Record cdn-record-aaaa",
];
const REDIRECT = [
  "aws:cloudfront/keyValueStore:KeyValueStore cdn-old-paths",
  "aws:cloudfront/function:Function cdn-redirect",
];
const WRITER = [
  "aws:iam/policy:Policy cdn-writer-policy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment cdn-writer-attachment",
];
const EDGE_TOPIC = [
  "aws:sns/topic:Topic cdn-cdn-topic",
  "aws:sns/topicSubscription:TopicSubscription cdn-cdn-email",
];
const UPLOADS_TOPIC = [
  "aws:sns/topic:Topic cdn-uploads-topic",
  "aws:sns/topicSubscription:TopicSubscription cdn-uploads-email",
];
const WATCHING = [
  ...["upload-failures", "upload-duration", "errors", "origin-errors", "hit-rate"].map(
    (id) => `aws:cloudwatch/metricAlarm:MetricAlarm cdn-alarm-${id}`,
  ),
  "aws:cloudwatch/dashboard:Dashboard cdn-dashboard",
];
const COMPONENT = "godwit:cdn:AssetsCdn cdn";
const ALWAYS = [COMPONENT, ...BUCKETS, ...LOGGING, ...DISTRIBUTION, ...WRITER, ...WATCHING];

describe("AssetsCdn", () => {
  const cdn = new CdnUnderTest();
  const names = (declared: readonly Declared[]) =>
    declared.map(({ type, name }) => `${type} ${name}`);

  describe("declares exactly", () => {
    const cases: { what: string; changes: Partial<AssetsCdnArgs>; expected: string[] }[] = [
      {
        what: "buckets, distribution, certificate, records, policy and what watches them",
        changes: {},
        expected: [...ALWAYS, ...CERTIFICATE, ...EDGE_TOPIC, ...UPLOADS_TOPIC],
      },
      {
        what: "one topic in us-east-1, where all alarms are",
        changes: { region: "us-east-1" },
        expected: [...ALWAYS, ...CERTIFICATE, ...EDGE_TOPIC],
      },
      {
        what: "nothing that exists already",
        changes: {
          region: "us-east-1",
          certificate: { existing: CERTIFICATE_ARN },
          alarms: { topicArns: ["arn:aws:sns:us-east-1:123456789012:ops"] },
        },
        expected: ALWAYS,
      },
      {
        what: "a role and a redirect where asked for",
        changes: { writer: { role: { create: true } }, redirectUploads: true },
        expected: [
          ...ALWAYS,
          ...CERTIFICATE,
          ...EDGE_TOPIC,
          ...UPLOADS_TOPIC,
          ...REDIRECT,
          "aws:iam/role:Role cdn-writer",
        ],
      },
    ];
    for (const { what, changes, expected } of cases) {
      it(what, async () => {
        expect(names(await cdn.declare(changes))).to.have.members(expected);
      });
    }
  });

  it("has nothing that opens a bucket or serves it past the CDN", async () => {
    const declared = await cdn.declare({ redirectUploads: true });
    const forbidden = /bucketAcl|originAccessIdentity|bucketWebsite|bucketCors/i;
    expect(declared.filter(({ type }) => forbidden.test(type))).to.deep.equal([]);
    const inputs = JSON.stringify(declared.map((resource) => resource.inputs));
    for (const word of [
      "s3OriginConfig",
      "originAccessIdentity",
      "website",
      '"acl"',
      "public-read",
    ]) {
      expect(inputs).not.to.include(word);
    }
  });

  it("tags everything that can carry tags", async () => {
    const declared = await cdn.declare({
      redirectUploads: true,
      writer: { role: { create: true } },
    });
    const untagged = declared.filter(({ inputs }) => inputs.tags === undefined);
    expect([...new Set(untagged.map(({ type }) => type))]).to.have.members([
      "godwit:cdn:AssetsCdn",
      // Kinds that have no tags:
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "aws:s3/bucketVersioning:BucketVersioning",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "aws:s3/bucketPolicy:BucketPolicy",
      "aws:s3/bucketLogging:BucketLogging",
      "aws:route53/record:Record",
      "aws:acm/certificateValidation:CertificateValidation",
      "aws:cloudfront/cachePolicy:CachePolicy",
      "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
      "aws:cloudfront/originAccessControl:OriginAccessControl",
      "aws:cloudfront/monitoringSubscription:MonitoringSubscription",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "aws:sns/topicSubscription:TopicSubscription",
      "aws:cloudwatch/dashboard:Dashboard",
    ]);
    for (const { name, inputs } of declared) {
      if (inputs.tags !== undefined) expect(inputs.tags, name).to.deep.equal(TAGS);
    }
  });

  it("protects in production what holds files or leads to them", async () => {
    const protectedNames = async (production: boolean) =>
      (await cdn.declare({ production })).flatMap(({ name, options }) =>
        options.protect === true ? [name] : [],
      );
    expect(await protectedNames(true)).to.have.members([
      "cdn-assets",
      "cdn-archive",
      "cdn-distribution",
      "cdn-record-a",
      "cdn-record-aaaa",
    ]);
    expect(await protectedNames(false)).to.deep.equal([]);
  });

  it("keeps all that CloudFront looks at in us-east-1, whatever the stack's region", async () => {
    const declared = await cdn.declare();
    const elsewhere = declared.filter(({ inputs }) => inputs.region !== undefined);
    expect(elsewhere.map(({ name, inputs }) => `${name} ${String(inputs.region)}`)).to.have.members(
      [
        "cdn-certificate us-east-1",
        "cdn-certificate-validation us-east-1",
        "cdn-log-source us-east-1",
        "cdn-log-destination us-east-1",
        "cdn-log-delivery us-east-1",
        "cdn-cdn-topic us-east-1",
        "cdn-cdn-email us-east-1",
        "cdn-uploads-topic ca-central-1",
        "cdn-uploads-email ca-central-1",
        "cdn-alarm-errors us-east-1",
        "cdn-alarm-origin-errors us-east-1",
        "cdn-alarm-hit-rate us-east-1",
      ],
    );
  });
});
