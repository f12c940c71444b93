import { expect } from "chai";
import { LIMIT } from "../../../tools/ci/markdown.mjs";
import { previewReport } from "../../../tools/ci/preview-report.mjs";
import { context, looked, resource, sampleLook } from "./looks.ts";

const report = (...looks: Parameters<typeof previewReport>[0]["looks"]) =>
  previewReport({ looks, ...context });
const cells = (text: string, name: string) =>
  text
    .split("\n")
    .find((line) => line.startsWith("|") && line.includes(`<code>${name}</code>`))
    ?.split(" | ");

describe("the report of a preview", () => {
  it("sums up each stack in a sentence: changes, policy, cost before and after", () => {
    expect(report(looked()).split("\n").slice(0, 5)).to.deep.equal([
      "## What an update would change",
      "",
      "### <code>staging</code>",
      "",
      "Target <code>redis</code>: **1 replaced, 1 deleted, 1 changed, 1 created** · **policy: 1 broken, 1 waived, 1 waivers not in force** · a month 26.22 → 302.16 USD (+275.94), and 12.26 while a migration runs.",
    ]);
  });

  it("tells what is replaced and deleted first, and which properties change", () => {
    const text = report(looked());
    const order = ["group", "gone", "resized", "new"].map((name) => text.indexOf(`>${name}<`));
    expect(order).to.deep.equal([...order].sort((a, b) => a - b));
    expect(cells(text, "group")).to.deep.equal([
      "| **replaced**",
      "<code>group</code>",
      "<code>aws&#58;s3/bucket&#58;Bucket</code>",
      "<code>subnetGroupName</code> |",
    ]);
    expect(cells(text, "resized")?.at(-1)).to.equal("<code>nodeType, tags.Name</code> |");
    expect(text).not.to.contain("untouched").and.not.to.contain("EncryptedRedis");
  });

  it("has findings, waivers and who answers for them, and what is not decided", () => {
    const text = report(looked());
    expect(cells(text, "S3Encrypted")).to.deep.equal([
      "| <code>S3Encrypted</code>",
      "<code>new</code>",
      "is open",
      "Encrypt it |",
    ]);
    expect(cells(text, "SNSEncryptedKMS")?.slice(2)).to.deep.equal([
      "Numbers only",
      "platform, 2027-10-31 |",
    ]);
    expect(cells(text, "Logs")?.[0]).to.equal("| <code>Logs</code> for <code>a-&#42;, b</code>");
    expect(text).to.contain("<summary>1 known only after the update</summary>");
  });

  it("has the lines of the cost that change, and only those", () => {
    const text = report(looked());
    expect(text).to.contain("<summary>2 lines of the cost change</summary>");
    expect(text).to.contain("| cache.r6g.large × 2 | 0.00 | 300.76 | +300.76 |");
    expect(text).to.contain("| cache.t3.micro × 2 | 24.82 | 0.00 | −24.82 |");
    expect(text).not.to.contain("| KMS key |");
  });

  it("says so where nothing changes, and where nothing is deployed yet", () => {
    const { cost, preview } = sampleLook();
    const document = { ...cost!.document!, deployed: null };
    const first = report(looked(sampleLook({ cost: { code: 0, document } })));
    expect(first).to.contain("302.16 USD a month, not deployed yet, and 12.26 while");
    const same = { ...document, during: [], deployed: { lines: document.lines, monthly: 302.16 } };
    const resources = preview.document!.resources.slice(0, 1);
    const still = sampleLook({
      preview: { code: 0, document: { resources } },
      cost: { code: 0, document: same },
    });
    expect(report(looked(still)))
      .to.contain("**no changes**")
      .and.contain("a month 302.16 → 302.16 USD (no change).")
      .and.not.contain("lines of the cost change");
  });

  it("tells of each command that failed, and of a stack that was not looked at", () => {
    const preview = { code: 2, error: "godwit:stage is *missing*." };
    expect(report(looked({ stack: "prod", target: "redis", preview }))).to.contain(
      "**Preview failed** (exit code 2). godwit&#58;stage is &#42;missing&#42;.",
    );
    const cost = { code: 1 };
    expect(report(looked(sampleLook({ cost })))).to.contain(
      "**Cost failed** (exit code 1). The job's log has why.",
    );
    expect(report({ stack: "prod", look: undefined })).to.contain("**No look at this stack**");
  });

  it("names commit and log", () => {
    expect(report(looked())).to.match(
      /Commit <code>0123456789ab<\/code>, \[log\]\(https:\/\/github\.example\/run\/1\)\.$/,
    );
  });

  it("makes no markup, mention or link of what others wrote", () => {
    const hostile = "</code><img src=x> | `*a*` [b](http://c) @all #1 www.d.example\n# e";
    const { policy } = sampleLook();
    const finding = { rule: hostile, resource: hostile, problem: hostile, remedy: hostile };
    const look = sampleLook({
      stack: hostile,
      target: hostile,
      preview: {
        code: 0,
        document: { resources: [resource("create", hostile, { changed: [hostile] })] },
      },
      policy: { code: 4, document: { ...policy!.document!, findings: [finding] } },
      cost: { code: 1, error: hostile },
    });
    const text = report(looked(look));
    for (const raw of ["<img", "`", "*a*", "[b]", "http:", "@all", "www.d", "\n# e"]) {
      expect(text, raw).not.to.contain(raw);
    }
    expect(text, "a reference, not an entity").not.to.match(/[^&]#1/);
    // Outside of code a reference must not be read together either.
    expect(text).to.contain("&#64;&#8203;all").and.contain("&#35;&#8203;1");
  });

  describe("of more than GitHub takes", () => {
    const many = (count: number, length: number) =>
      Array.from({ length: count }, (_, i) => resource("create", `${i}-${"*".repeat(length)}`));
    const withResources = (resources: ReturnType<typeof many>) =>
      looked(sampleLook({ preview: { code: 0, document: { resources } } }));

    for (const [count, length] of [
      [3000, 5],
      [400, 400],
      [1, 100_000],
    ] as const) {
      it(`${count} resources with names of ${length} letters: it fits, and says what is missing`, () => {
        const text = report(withResources(many(count, length)), withResources(many(count, length)));
        expect(text.length).to.be.at.most(LIMIT);
        expect(text).to.contain(`**${count} created**`);
        if (count > 1) expect(text).to.match(/\*\*\d+ more are left out here\*\*/);
        expect(text.match(/<details>/g)?.length).to.equal(text.match(/<\/details>/g)?.length);
      });
    }

    it("shows all of what fits", () => {
      expect(report(withResources(many(100, 5)))).not.to.contain("left out here");
    });
  });
});
