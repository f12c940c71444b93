import { runInNewContext } from "node:vm";
import { expect } from "chai";
import { DISTRIBUTION_ARN, WebUnderTest } from "./webUnderTest.ts";

interface Behavior {
  readonly pathPattern: string;
  readonly targetOriginId: string;
  readonly functionAssociations?: unknown;
  readonly cachePolicyId: string;
  readonly allowedMethods: string[];
}

describe("WebApp: pages and API behind one name", () => {
  const web = new WebUnderTest();

  it("asks the bucket for pages, signed, and the machine by HTTPS for the API", async () => {
    const { origins } = await web.inputs("web-distribution");
    expect(origins).to.deep.equal([
      {
        originId: "pages",
        domainName: "acme-tickets.s3.us-east-1.amazonaws.com",
        originAccessControlId: "web-access-control-id",
      },
      {
        originId: "api",
        domainName: "api.tickets.acme.example",
        customOriginConfig: {
          httpPort: 80,
          httpsPort: 443,
          originProtocolPolicy: "https-only",
          originSslProtocols: ["TLSv1.2"],
          originReadTimeout: 60,
        },
      },
    ]);
  });

  it("lets errors of the API be errors: the single page is for pages only", async () => {
    const { defaultCacheBehavior, orderedCacheBehaviors, ...rest } =
      await web.inputs("web-distribution");
    expect(rest).not.to.have.property("customErrorResponses");
    expect(defaultCacheBehavior).to.deep.include({
      targetOriginId: "pages",
      functionAssociations: [
        {
          eventType: "viewer-request",
          functionArn: "arn:aws:mock:us-east-1:123456789012:web-single-page",
        },
      ],
    });
    const behaviors = orderedCacheBehaviors as Behavior[];
    expect(behaviors.map(({ pathPattern }) => pathPattern)).to.deep.equal(["/api/*", "/health"]);
    for (const behavior of behaviors) {
      expect(behavior).to.include({ targetOriginId: "api" });
      expect(behavior).not.to.have.property("functionAssociations");
      // CachingDisabled
      expect(behavior.cachePolicyId).to.equal("4135ea2d-6df8-44a3-9df3-4b5a84be39ad");
      expect(behavior.allowedMethods).to.include.members(["POST", "PUT", "DELETE"]);
    }
  });

  describe("the single-page function", () => {
    const cases = {
      "/": "/index.html",
      "/tickets/17": "/index.html",
      "/v1.2/tickets": "/index.html",
      "/assets/app.3f2a.js": "/assets/app.3f2a.js",
      "/favicon.ico": "/favicon.ico",
    };
    for (const [asked, given] of Object.entries(cases)) {
      it(`gives ${given} for ${asked}`, async () => {
        const { code } = await web.inputs("web-single-page");
        type Handler = (event: { request: { uri: string } }) => { uri: string };
        const handler = runInNewContext(`${String(code)}; handler;`) as Handler;
        expect(handler({ request: { uri: asked } }).uri).to.equal(given);
      });
    }
  });

  it("lets the distribution alone read the pages, and nobody else into any bucket", async () => {
    const statements = async (id: string) => {
      const { policy } = await web.inputs(`web-${id}-policy`);
      return (JSON.parse(policy as string) as { Statement: Record<string, unknown>[] }).Statement;
    };
    const [tls, read, ...more] = await statements("frontend");
    expect(tls).to.include({ Effect: "Deny", Sid: "OverTlsOnly" });
    expect(read).to.deep.include({
      Principal: { Service: "cloudfront.amazonaws.com" },
      Action: "s3:GetObject",
      Condition: { StringEquals: { "aws:SourceArn": DISTRIBUTION_ARN } },
    });
    expect(more).to.deep.equal([]);
    for (const id of ["attachments", "releases", "backups"]) {
      expect(await statements(id), id).to.have.length(1);
    }
  });

  it("logs who asked for what, of the CDN and of each bucket, into a bucket that the log services alone write to", async () => {
    const { Statement } = JSON.parse(String((await web.inputs("web-logs-policy"))["policy"])) as {
      Statement: { Sid: string; Condition: unknown }[];
    };
    expect(Statement.map(({ Sid }) => Sid)).to.deep.equal([
      "OverTlsOnly",
      "AWSLogsDeliveryWrite",
      "BucketsLogAccess",
    ]);
    expect(JSON.stringify(Statement[1]!.Condition)).to.include("delivery-source:acme-web");
    expect(await web.inputs("web-log-source")).to.include({
      resourceArn: DISTRIBUTION_ARN,
      logType: "ACCESS_LOGS",
      region: "us-east-1",
    });
    expect(await web.inputs("web-attachments-logging")).to.include({
      targetPrefix: "s3/attachments/",
    });
  });

  it("lets the pages alone use signed addresses of attachments", async () => {
    const { corsRules } = await web.inputs("web-attachments-cors");
    expect(corsRules).to.deep.include.members([
      {
        allowedOrigins: ["https://tickets.acme.example"],
        allowedMethods: ["GET", "HEAD", "PUT", "POST"],
        allowedHeaders: ["*"],
        exposeHeaders: ["ETag"],
        maxAgeSeconds: 3600,
      },
    ]);
  });

  it("moves old attachments to storage that costs less, and deletes them when told to", async () => {
    const rules = async (changes: object) =>
      (await web.inputs("web-attachments-lifecycle", changes)).rules as { id: string }[];
    expect((await rules({})).map(({ id }) => id)).to.deep.equal([
      "old-versions",
      "broken-uploads",
      "cold",
    ]);
    const told = await rules({ coldAfterDays: 90, deleteAfterDays: 730 });
    expect(told.slice(2)).to.deep.equal([
      {
        id: "cold",
        status: "Enabled",
        filter: { prefix: "" },
        transitions: [{ days: 90, storageClass: "GLACIER_IR" }],
      },
      { id: "expiry", status: "Enabled", filter: { prefix: "" }, expiration: { days: 730 } },
    ]);
  });
});
