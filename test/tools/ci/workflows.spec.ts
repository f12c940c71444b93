import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { parse } from "yaml";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const FOLDER = ".github/workflows";
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Record<string, unknown>;
  readonly env?: Record<string, string>;
}

interface Job {
  readonly permissions?: Record<string, string>;
  readonly "timeout-minutes"?: number;
  readonly "runs-on": string;
  readonly environment?: string;
  readonly if?: string;
  readonly needs?: string;
  readonly strategy?: { readonly matrix: { readonly stack?: readonly string[] } };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly name: string;
  readonly on: Record<string, unknown>;
  readonly permissions: Record<string, string>;
  readonly concurrency: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly jobs: Record<string, Job>;
}

const files = readdirSync(join(ROOT, FOLDER)).map((name) => `${FOLDER}/${name}`);
const texts = files.map(read);
const workflows = files.map((file) => ({ file, workflow: parse(read(file)) as Workflow }));
const workflow = (name: string) => workflows.find((each) => each.workflow.name === name)!.workflow;
const actions = readdirSync(join(ROOT, ".github/actions")).map((name) => {
  const text = read(`.github/actions/${name}/action.yml`);
  return { name, text, steps: (parse(text) as { runs: { steps: Step[] } }).runs.steps };
});
const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ name: `${name} of ${file}`, job })),
);
const steps = [...jobs.flatMap(({ job }) => job.steps), ...actions.flatMap((each) => each.steps)];
const scripts = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
const namedIn = (pattern: RegExp, text: string) =>
  [...text.matchAll(pattern)].map((match) => match[1]!);

describe("the workflows", () => {
  it("are these, each under its file's name", () => {
    expect(workflows.map(({ workflow }) => workflow.name)).to.have.members([
      ...["deploy", "drift", "preview", "test"],
    ]);
    for (const { file, workflow } of workflows)
      expect(file).to.equal(`${FOLDER}/${workflow.name}.yml`);
  });

  for (const { file, workflow } of workflows) {
    describe(file, () => {
      it("may nothing by itself but read the code, and never runs a stranger's code with our rights", () => {
        expect(workflow).to.have.property("permissions");
        for (const [scope, right] of Object.entries(workflow.permissions))
          expect([scope, right]).to.deep.equal(["contents", "read"]);
        expect(workflow.on).not.to.have.any.keys("pull_request_target", "workflow_run");
      });

      it("knows what runs beside it", () => {
        expect(workflow.concurrency.group).to.be.a("string");
        expect(workflow.concurrency["cancel-in-progress"]).to.be.a("boolean");
      });
    });
  }

  for (const { name, job } of jobs) {
    it(`job ${name} has a time limit, and no more rights than its work needs`, () => {
      expect(job["timeout-minutes"]).to.be.within(1, 120);
      const allowed = { contents: "read", "id-token": "write" };
      const posts = job.steps.some(({ env }) => env?.["GH_TOKEN"] !== undefined);
      for (const [scope, right] of Object.entries(job.permissions ?? {})) {
        if (posts && (scope === "issues" || scope === "pull-requests")) continue;
        expect(allowed).to.have.property(scope, right);
      }
      if (posts)
        expect(job.permissions, "nor a role in the cloud").not.to.have.property("id-token");
    });
  }

  it("put nothing into a script's text: what comes from elsewhere comes in its environment", () => {
    for (const script of scripts) expect(script).not.to.contain("${{");
  });

  it("name others' actions by commit, with the version beside it", () => {
    const named = [...texts, ...actions.map(({ text }) => text)].flatMap((text) =>
      text.split("\n").filter((line) => line.includes("uses:")),
    );
    expect(named.length).to.be.above(10);
    const versions = new Map<string, string>();
    for (const line of named.filter((each) => !each.includes("uses: ./"))) {
      const [, action, commit] =
        /uses: ([\w/-]+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+$/.exec(line) ?? [];
      expect(action, line).to.be.a("string");
      expect(versions.get(action!) ?? commit, action).to.equal(commit);
      versions.set(action!, commit!);
    }
  });

  it("call scripts and actions that are there", () => {
    const called = scripts.flatMap((script) => namedIn(/((?:tools|\.ci)\/[\w./-]+)/g, script));
    expect(called).to.include.members([
      ...["look", "comment", "issue", "summary", "up"].map((name) => `tools/ci/${name}.mjs`),
      ".ci/run",
    ]);
    const { scripts: npm } = JSON.parse(read("package.json")) as { scripts: object };
    const npmScripts = scripts.flatMap((script) => namedIn(/npm run ([\w:-]+)/g, script));
    const local = steps.flatMap(({ uses }) => (uses?.startsWith("./") ? [uses] : []));
    for (const path of [...called, ...local]) expect(existsSync(join(ROOT, path)), path).to.be.true;
    for (const name of npmScripts) expect(npm).to.have.property(name);
  });

  it("look at, and tell of, the stacks that there are", () => {
    const stacks = readdirSync(ROOT).flatMap((file) => namedIn(/^Pulumi\.(\w+)\.yaml$/g, file));
    for (const { name, job } of jobs) {
      const matrix = job.strategy?.matrix.stack;
      if (matrix) expect(matrix, name).to.have.members(stacks);
      for (const { run } of job.steps) {
        const [, named] = /(?:comment|issue)\.mjs .*looks (.+)$/.exec(run ?? "") ?? [];
        if (named) expect(named.split(" "), name).to.have.members(stacks);
      }
    }
  });

  it("keep no key of a cloud: roles are taken on by OIDC, and only where a job may", () => {
    for (const text of texts) expect(text).not.to.match(/AWS_(ACCESS_KEY|SECRET)/);
    const takesRole = ({ uses }: Step) => uses === "./.github/actions/set-up";
    for (const { name, job } of jobs)
      expect(job.permissions?.["id-token"] === "write", name).to.equal(job.steps.some(takesRole));
  });

  it("give a fork nothing", () => {
    const { jobs: inPreview } = workflow("preview");
    expect(inPreview["look"]!.if).to.contain(
      "github.event.pull_request.head.repo.full_name == github.repository",
    );
    expect(inPreview["comment"]).to.include({ needs: "look" });
    expect(inPreview["comment"]!.if).to.contain("needs.look.result != 'skipped'");
    expect(read(`${FOLDER}/test.yml`)).not.to.contain("secrets.");
  });

  it("deploy from main only, one at a time, behind the environment of the stack", () => {
    const { on, concurrency, jobs: inDeploy } = workflow("deploy");
    expect(on["push"]).to.deep.equal({ branches: ["main"] });
    expect(concurrency).to.deep.equal({ group: "deploy", "cancel-in-progress": false });
    expect(inDeploy["look"]!.if).to.contain("github.ref == 'refs/heads/main'");
    expect(inDeploy["up"]).to.include({ needs: "look", environment: "${{ matrix.stack }}" });
    const { env } = inDeploy["up"]!.steps.find(({ run }) => run?.includes("up.mjs"))!;
    expect(env).to.have.property("GODWIT_DATABASE_URL");
  });

  it("have the Pulumi command line that a checkout without one builds", () => {
    const version = steps.find(({ uses }) => uses?.startsWith("pulumi/actions@"))?.with;
    expect(read("tools/go.mod")).to.contain(
      `github.com/pulumi/pulumi/pkg/v3 v${String(version?.["pulumi-version"])} `,
    );
  });
});

describe("docs/ci.md", () => {
  const page = read("docs/ci.md");
  const rows = (kind: string) => namedIn(new RegExp(`^\\| ${kind} +\\| \`(\\w+)\``, "gm"), page);
  const named = (kind: string) => [
    ...new Set(texts.flatMap((text) => namedIn(new RegExp(`\\b${kind}\\.(\\w+)`, "g"), text))),
  ];

  it("lists every secret and every variable that a workflow reads, and no other", () => {
    expect(rows("secret")).to.have.members(named("secrets"));
    expect(rows("variable")).to.have.members(named("vars"));
  });

  it("tells of every workflow", () => {
    for (const { workflow } of workflows) expect(page).to.contain(`\`${workflow.name}.yml\``);
  });
});
