import { expect } from "chai";
import { PreflightTwin } from "./preflightTwin.ts";

/** The bucket that each world's stack names, and a name that somebody in that world has. */
const sites = [
  { target: "cdn", own: "acme-public-assets", taken: "public-assets" },
  { target: "web", own: "acme-tickets", taken: "support-ticket-frontend" },
] as const;

for (const { target, own, taken } of sites) {
  describe(`what is looked at before the target ${target} is updated`, () => {
    const twin = new PreflightTwin(target);
    const key = `godwit:${target}`;
    const create = (bucket: string, tags: Readonly<Record<string, string>>) =>
      twin.resource("create", "aws:s3/bucket:Bucket", { bucket, tags });

    it("lets names begin that nobody has", async () => {
      expect(await twin.refusalWith()).to.equal(undefined);
    });

    it("refuses a bucket's name that another account has, with the key to set", async () => {
      const refused = await twin.refusalWith({ [key]: { bucket: taken } });
      expect(refused!.exitCode).to.equal(4);
      const { code, what, state, next } = refused!.explanation;
      expect(code).to.equal("bucket-taken");
      expect(what).to.include(`\`${taken}\` (another account's, or out of`);
      expect(what).not.to.include(`${taken}-logs`);
      expect(state).to.equal("Nothing was changed.");
      expect(next).to.include(`Set another \`${key}.bucket\``);
    });

    it("tells wrong credentials from a name that is taken", async () => {
      const { env } = twin.request.environment as { env: Record<string, string> };
      const right = env["AWS_SECRET_ACCESS_KEY"]!;
      env["AWS_SECRET_ACCESS_KEY"] = "wrong";
      const refused = await twin.refusalWith();
      env["AWS_SECRET_ACCESS_KEY"] = right;
      expect(refused).to.include({ name: "SignatureDoesNotMatch" });
    });

    it("tells its own buckets by their tags from those of others in the account", async () => {
      const tags = { "managed-by": "godwit", application: "acme", environment: "rehearsal" };
      await create(own, tags);
      expect(await twin.refusalWith()).to.equal(undefined);
      await create(`${own}-logs`, { ...tags, environment: "prod" });
      const refused = await twin.refusalWith();
      expect(refused!.explanation.what).to.include(`others have \`${own}-logs\` (this account's`);
    });

    it("goes on where it may not look whose a bucket is, and names the right", async () => {
      await twin.live.inject("deny@s3:GetBucketTagging");
      expect(await twin.refusalWith()).to.equal(undefined);
      expect(twin.notes.join()).to.include("Allow `s3:GetBucketTagging`");
      await twin.live.clearFaults();
    });
  });
}
