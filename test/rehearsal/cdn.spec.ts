import { expect } from "chai";
import type { App } from "../../automation/commands/context.ts";
import { policy } from "../../automation/commands/policy.ts";
import type { PolicyPack, PolicyQuestion, PolicyReport } from "../../automation/policyPack.ts";
import * as driver from "../../automation/stack/update.ts";
import * as pack from "../../policy/index.ts";
import type { LiveTwin } from "../../rehearsal/index.ts";
import { rejection } from "../support/rejection.ts";
import { TargetTwin } from "../support/targetTwin.ts";

/** An update of the real engine with its plugins, on a busy machine. */
const UPDATE_MS = 60_000;

const finding = { rule: "KMSKeyRotation", resource: "x", problem: "x", remedy: "x", hipaa: "x" };

/** A command line whose twin is this one, and stays. */
function appOn(twin: LiveTwin, withPack: PolicyPack): App {
  const nothing = () => undefined;
  return {
    io: { json: true, say: nothing, event: nothing, progress: nothing, result: nothing },
    runbooks: async () => [],
    preflight: async () => {},
    rehearsal: async () => ({
      start: async () => ({ ...twin, down: async () => undefined }),
      open: async () => twin,
      downAll: async () => 0,
    }),
    policy: async () => withPack,
  };
}

describe("the target cdn on a twin", function () {
  this.timeout(UPDATE_MS);
  const twin = new TargetTwin("cdn");

  it("is built, with what its services compute", async () => {
    const { outputs } = await twin.update();
    const value = (name: string) => outputs[name]?.value as unknown;
    expect(value("distributionDomain")).to.match(/^d[0-9a-f]{14}\.cloudfront\.net$/);
    expect(value("certificateArn")).to.match(/^arn:aws:acm:us-east-1:123456789012:certificate\//);
    expect(value("writerRoleArn")).to.equal("arn:aws:iam::123456789012:role/acme-tasks");
    expect(value("oldPathsArn")).to.match(/^arn:aws:cloudfront::123456789012:key-value-store\//);
    expect(value("environment")).to.deep.equal({
      CDN_URL: "https://cdn.acme.example",
      S3_PUBLIC_REGION: "us-east-1",
      S3_PUBLIC_BUCKET: "acme-public-assets",
    });
    expect(Object.values(outputs).some(({ secret }) => secret)).to.equal(false);
  });

  it("is left alone by a second update", async () => {
    const { changes } = await twin.update();
    expect(Object.keys(changes)).to.deep.equal(["same"]);
  });

  it("is judged as it stands, and a finding refuses it", async () => {
    const { evaluate } = pack;
    const reports: PolicyReport[] = [];
    const strict = (question: PolicyQuestion) => {
      reports.push(evaluate(question));
      return { ...reports[0]!, findings: [finding] };
    };
    const app = appOn(twin.live, { ...pack, evaluate: strict });
    expect(await rejection(policy(app, "cdn", {}))).to.include({ exitCode: 4 });
    expect(reports[0]).to.deep.include({ findings: [], waiverProblems: [], undecided: [] });
  });

  it("is not served with a certificate that is not issued", async () => {
    const inputs = {
      aliases: ["other.acme.example"],
      viewerCertificate: { acmCertificateArn: "arn:aws:acm:ca-central-1:1:certificate/x" },
    };
    const refused = await rejection(
      twin.resource("create", "aws:cloudfront/distribution:Distribution", inputs),
    );
    expect(refused).to.include({ code: "InvalidViewerCertificate" });
  });

  it("cannot have a bucket whose name somebody else has", async () => {
    const refused = await rejection(
      twin.resource("create", "aws:s3/bucket:Bucket", { bucket: "public-assets" }),
    );
    expect(refused).to.include({ code: "BucketAlreadyExists" });
  });

  it("cannot have its bucket opened", async () => {
    const statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" };
    const refused = await rejection(
      twin.resource("create", "aws:s3/bucketPolicy:BucketPolicy", {
        bucket: "acme-public-assets",
        policy: JSON.stringify({ Statement: [statement] }),
      }),
    );
    expect(refused).to.include({ code: "AccessDenied" });
  });

  it("is taken down whole", async () => {
    const { changes } = await driver.destroy(twin.request);
    expect(Object.keys(changes)).to.deep.equal(["delete"]);
  });
});
