import { runInNewContext } from "node:vm";
import { expect } from "chai";
import { CdnUnderTest } from "./cdnUnderTest.ts";

interface Request {
  readonly uri: string;
}
type Handler = (event: { request: Request }) => Promise<unknown>;

const OLD = "/uploads/practices/1/logo.jpg";
const NEW = "/practices/1/logo/logo_k3j2h4g5.jpg";

/** The function as an edge runs it, with a table of its own. */
function edgeHandler(code: string, table: Readonly<Record<string, string>>): Handler {
  const cf = {
    kvs: () => ({
      get: async (path: string) => {
        const found = table[path];
        if (found === undefined) throw new Error("KeyNotFound");
        return found;
      },
    }),
  };
  const script = code.replace('import cf from "cloudfront";', "");
  return runInNewContext(`${script}; handler;`, { cf }) as Handler;
}

describe("AssetsCdn: redirect of old paths", () => {
  const cdn = new CdnUnderTest();

  const handler = async () => {
    const { inputs } = await cdn.child("cdn-redirect", { redirectUploads: true });
    return edgeHandler(inputs.code as string, { [OLD]: NEW });
  };

  it("is a function with the table of old paths", async () => {
    const { inputs } = await cdn.child("cdn-redirect", { redirectUploads: true });
    expect(inputs).to.include({
      name: "acme-cdn-redirect",
      runtime: "cloudfront-js-2.0",
      publish: true,
    });
    expect(inputs.keyValueStoreAssociations).to.deep.equal([
      "arn:aws:mock:us-east-1:123456789012:cdn-old-paths",
    ]);
    expect(Buffer.byteLength(inputs.code as string)).to.be.below(10_240);
  });

  it("sends a path in the table to where the file has gone, and not for good", async () => {
    expect(await (await handler())({ request: { uri: OLD } })).to.deep.equal({
      statusCode: 302,
      statusDescription: "Found",
      headers: { location: { value: NEW } },
    });
  });

  it("leaves every other path to the bucket", async () => {
    const request = { uri: "/uploads/other.jpg" };
    expect(await (await handler())({ request })).to.equal(request);
  });
});
