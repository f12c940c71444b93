import { expect } from "chai";
import { ACCOUNT, CdnUnderTest, DISTRIBUTION_ARN } from "./cdnUnderTest.ts";

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Condition: unknown;
}

const ASSETS = "arn:aws:s3:::acme-public-assets";

describe("AssetsCdn: buckets", () => {
  const cdn = new CdnUnderTest();

  async function policyOf(id: string): Promise<Statement[]> {
    const { inputs } = await cdn.child(`cdn-${id}-policy`);
    return (JSON.parse(inputs.policy as string) as { Statement: Statement[] }).Statement;
  }

  for (const id of ["assets", "archive", "logs"]) {
    it(`keep ${id} private: no public access, no ACLs, versions, encryption, TLS only`, async () => {
      const declared = await cdn.declare();
      const part = (name: string) =>
        declared.find((resource) => resource.name === `cdn-${id}-${name}`)!.inputs;
      expect(part("access-block")).to.deep.equal({
        bucket: `cdn-${id}-id`,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      expect(part("ownership").rule).to.deep.equal({ objectOwnership: "BucketOwnerEnforced" });
      expect(part("versioning").versioningConfiguration).to.deep.equal({ status: "Enabled" });
      expect(part("encryption").rules).to.deep.equal([
        { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
      ]);
      const { Statement } = JSON.parse(part("policy").policy as string) as {
        Statement: Statement[];
      };
      const arn = declared.find(({ name }) => name === `cdn-${id}`)!.inputs.bucket as string;
      expect(Statement[0]).to.deep.equal({
        Sid: "OverTlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${arn}`, `arn:aws:s3:::${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
    });
  }

  it("have names that start with the one given", async () => {
    const declared = await cdn.declare();
    const names = declared.flatMap(({ type, inputs }) =>
      type === "aws:s3/bucket:Bucket" ? [inputs.bucket] : [],
    );
    expect(names).to.deep.equal([
      "acme-public-assets",
      "acme-public-assets-archive",
      "acme-public-assets-logs",
    ]);
  });

  it("are emptied when they are deleted, but not in production", async () => {
    expect((await cdn.child("cdn-assets")).inputs.forceDestroy).to.equal(true);
    const { inputs } = await cdn.child("cdn-assets", { production: true });
    expect(inputs.forceDestroy).to.equal(false);
  });

  it("let nobody read the assets but this distribution, and nobody list them", async () => {
    const [, ...allowed] = await policyOf("assets");
    expect(allowed).to.deep.equal([
      {
        Sid: "TheDistributionReads",
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Resource: `${ASSETS}/*`,
        Condition: { StringEquals: { "aws:SourceArn": DISTRIBUTION_ARN } },
      },
    ]);
  });

  it("let nobody into the archive but the account's own roles", async () => {
    expect(await policyOf("archive")).to.have.length(1);
  });

  it("let the log services write logs of this CDN and of these buckets, and no others", async () => {
    const [, delivery, buckets] = await policyOf("logs");
    expect(delivery).to.deep.include({
      Principal: { Service: "delivery.logs.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${ASSETS}-logs/AWSLogs/${ACCOUNT}/*`,
      Condition: {
        StringEquals: {
          "s3:x-amz-acl": "bucket-owner-full-control",
          "aws:SourceAccount": ACCOUNT,
        },
        ArnLike: { "aws:SourceArn": `arn:aws:logs:us-east-1:${ACCOUNT}:delivery-source:acme-cdn` },
      },
    });
    expect(buckets).to.deep.include({
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${ASSETS}-logs/s3/*`,
      Condition: {
        ArnLike: { "aws:SourceArn": [ASSETS, `${ASSETS}-archive`] },
        StringEquals: { "aws:SourceAccount": ACCOUNT },
      },
    });
  });

  it("write down who asks for assets and archive", async () => {
    const { inputs } = await cdn.child("cdn-archive-logging");
    expect(inputs).to.deep.equal({
      bucket: "cdn-archive-id",
      targetBucket: "cdn-logs-id",
      targetPrefix: "s3/archive/",
    });
  });

  describe("forget", () => {
    const rulesOf = async (...[name, changes]: Parameters<CdnUnderTest["child"]>) =>
      (await cdn.child(`cdn-${name}-lifecycle`, changes)).inputs.rules;
    const everything = { prefix: "" };
    const oldVersions = (noncurrentDays: number) => ({
      id: "old-versions",
      status: "Enabled",
      filter: everything,
      noncurrentVersionExpiration: { noncurrentDays },
      expiration: { expiredObjectDeleteMarker: true },
    });
    const brokenUploads = {
      id: "broken-uploads",
      status: "Enabled",
      filter: everything,
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    };
    const expiry = (days: number) => ({
      id: "expiry",
      status: "Enabled",
      filter: everything,
      expiration: { days },
    });

    it("old versions of assets after 30 days, and no asset itself", async () => {
      expect(await rulesOf("assets")).to.deep.equal([oldVersions(30), brokenUploads]);
    });

    it("the archive after a year", async () => {
      const rules = [expiry(365), oldVersions(1), brokenUploads];
      expect(await rulesOf("archive")).to.deep.equal(rules);
    });

    it("logs after 90 days", async () => {
      expect(await rulesOf("logs")).to.deep.equal([expiry(90), oldVersions(1), brokenUploads]);
    });

    it("what they are told to, when they are told to", async () => {
      const changes = { oldVersionDays: 7, coldAfterDays: 180, thumbnailDays: 60 };
      expect(await rulesOf("assets", changes)).to.deep.equal([
        oldVersions(7),
        brokenUploads,
        {
          id: "cold",
          status: "Enabled",
          filter: everything,
          transitions: [{ days: 180, storageClass: "GLACIER_IR" }],
        },
        {
          id: "thumbnails",
          status: "Enabled",
          filter: { tag: { key: "kind", value: "thumbnail" } },
          expiration: { days: 60 },
        },
      ]);
    });
  });
});
