import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { ESLint } from "eslint";
import { forbidden } from "../../tools/lint/import-arrows.mjs";

const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));

describe("the import arrows", () => {
  const allowed: [string, string][] = [
    ["index.ts", "components/redis/index.ts"],
    ["runbooks/redis-encryption.ts", "automation/step.ts"],
    ["rehearsal/twin/index.ts", "components/redis/index.ts"],
    ["automation/tools.ts", "tools/find.mjs"],
    ["automation/cli.ts", "runbooks/index.ts"],
    ["bin/godwit.mjs", "automation/cli.ts"],
    ["test/rehearsal/twin.spec.ts", "rehearsal/twin/index.ts"],
  ];
  const refused: [string, string][] = [
    ["components/redis/index.ts", "automation/step.ts"],
    ["automation/engine/engine.ts", "runbooks/index.ts"],
    ["automation/cli.ts", "runbooks/redis-encryption.ts"],
    ["automation/cli.ts", "rehearsal/index.ts"],
    ["automation/cli.ts", "policy/index.ts"],
    ["policy/index.ts", "components/config.ts"],
    ["transfer/redis/scan.ts", "automation/step.ts"],
    ["appkit/redis.ts", "transfer/redis/scan.ts"],
    ["runbooks/redis-encryption.ts", "components/redis/index.ts"],
    ["rehearsal/index.ts", "automation/cli.ts"],
    ["test/automation/cli.spec.ts", "automation/cli.ts"],
  ];
  for (const [file, target] of allowed) {
    it(`${file} may import ${target}`, () =>
      expect(forbidden(file, target, false)).to.equal(undefined));
  }
  for (const [file, target] of refused) {
    it(`${file} may not import ${target}`, () =>
      expect(forbidden(file, target, false)).to.be.a("string"));
  }

  it("the command line loads the rehearsal only when it is asked for", () => {
    expect(forbidden("automation/cli.ts", "rehearsal/index.ts", true)).to.equal(undefined);
    expect(forbidden("automation/tools.ts", "rehearsal/index.ts", true)).to.be.a("string");
  });

  it("the command line loads the policy only when it is asked for", () => {
    expect(forbidden("automation/cli.ts", "policy/index.ts", true)).to.equal(undefined);
    expect(forbidden("automation/commands/policy.ts", "policy/index.ts", true)).to.be.a("string");
  });
});

describe("the lint", () => {
  async function rulesBrokenBy(code: string, filePath: string): Promise<(string | null)[]> {
    const [result] = await new ESLint({ cwd: CHECKOUT }).lintText(code, { filePath });
    return (result?.messages ?? []).map((message) => message.ruleId);
  }

  const forms = [
    'import "../transfer/redis/scan.ts";',
    'export * from "../transfer/redis/scan.ts";',
    'export const load = () => import("../transfer/redis/scan.ts");',
    'export type Scan = import("../transfer/redis/scan.ts").Scan;',
  ];
  for (const code of forms) {
    it(`fails on ${code}`, async () => {
      expect(await rulesBrokenBy(code, "automation/tools.ts")).to.deep.equal([
        "godwit/import-arrows",
      ]);
    }).timeout(60_000);
  }

  it("fails on an output in a template literal", async () => {
    const code = `
      import * as pulumi from "@pulumi/pulumi";
      export const text = \`\${pulumi.output("a")}\`;`;
    expect(await rulesBrokenBy(code, "automation/tools.ts")).to.include(
      "@pulumi/no-output-in-template-literal",
    );
  }).timeout(60_000);

  it("fails on a promise that nobody waits for", async () => {
    const code = "export function start(work: () => Promise<void>): void { work(); }";
    expect(await rulesBrokenBy(code, "automation/tools.ts")).to.deep.equal([
      "@typescript-eslint/no-floating-promises",
    ]);
  }).timeout(60_000);

  it("fails on an expectation inside apply, in a test", async () => {
    const code = `
      import { expect } from "chai";
      import { output } from "@pulumi/pulumi";
      void output(1).apply((value) => expect(value).to.equal(2));`;
    expect(await rulesBrokenBy(code, "test/tools/checkout.ts")).to.deep.equal([
      "no-restricted-syntax",
    ]);
  }).timeout(60_000);
});
