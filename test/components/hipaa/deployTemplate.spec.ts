import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";

const template = new URL("../../../components/hipaa/deploy/template/", import.meta.url);
const page = readFileSync(new URL("../../../docs/components-hipaa.md", import.meta.url), "utf8");
const text = readFileSync(new URL(".github/workflows/deploy.yml", template), "utf8");

interface Workflow {
  readonly permissions: Record<string, string>;
  readonly jobs: Record<string, { environment: string; steps: { run?: string; uses?: string }[] }>;
}
const workflow = parse(text) as Workflow;
const { deploy } = workflow.jobs;
const scripts = deploy!.steps.flatMap(({ run }) => run ?? []);

describe("the workflow that deploys the application of the target hipaa", () => {
  it("comes by OIDC, in the environment that the deployer's role trusts, and has no long-lived keys", () => {
    expect(workflow.permissions).to.deep.equal({ contents: "read", "id-token": "write" });
    expect(deploy!.environment).to.equal("production");
    expect(text).to.include("role-to-assume: ${{ vars.AWS_DEPLOYER_ROLE }}");
    expect(text).not.to.match(/access[-_]key|AWS_SESSION_TOKEN|AKIA/i);
  });

  it("packages what CodeDeploy and PM2 need", () => {
    const zip = scripts.find((script) => script.includes("zip "))!;
    for (const file of ["appspec.yml", "hooks", "ecosystem.config.cjs"]) {
      expect(zip).to.include(file);
      expect(existsSync(new URL(file, template)), file).to.equal(true);
    }
  });

  it("waits ten minutes at most, and asks the application how it is", () => {
    expect(scripts.join("\n")).to.include("timeout 600 aws deploy wait deployment-successful");
    expect(scripts.at(-1)).to.match(/^curl --fail .*\/api\/health"$/);
  });

  it("runs scripts that bash can read, into which nothing is pasted", () => {
    for (const script of scripts) {
      expect(spawnSync("bash", ["-n"], { input: script }).status, script).to.equal(0);
      expect(script).not.to.include("${{");
    }
  });

  it("asks for nothing that its head and the documentation do not name", () => {
    const asked = [...text.matchAll(/\$\{\{ (vars|secrets)\.(\w+) \}\}/g)];
    expect(asked).not.to.deep.equal([]);
    for (const [, kind, name] of asked) {
      const word = kind === "vars" ? "variable" : "secret";
      expect(text).to.match(new RegExp(`^#   ${word} +${name}\\b`, "m"));
      expect(page, name).to.include(`\`${name}\``);
    }
  });
});
