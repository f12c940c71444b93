import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";
import { judge } from "../../../automation/commands/judge.ts";
import type { App } from "../../../automation/commands/context.ts";
import { projectRoot } from "../../../automation/home.ts";
import { openStack } from "../../../automation/stack/open.ts";
import { preview } from "../../../automation/stack/preview.ts";
import * as policy from "../../../policy/index.ts";
import { targetOf } from "../../../policy/crossguard/target.ts";
import { TargetTwin } from "../../support/targetTwin.ts";

const FOLDER = join(projectRoot, "policy", "crossguard");

type PolicyEvent = NonNullable<EngineEvent["policyEvent"]>;

/** What starts a pack where Pulumi's host for Node is not installed: the few lines that the host had for it. */
const STARTER = `#!/bin/sh
exec node "$(node -e "console.log(require.resolve('@pulumi/pulumi/cmd/run-policy-pack'))")" "$@"
`;

/** A preview by Pulumi's engine with the pack: whether it went through, and what the pack said. */
async function previewed(twin: TargetTwin, pack: string) {
  const { environment, stack: name } = twin.request;
  const stack = await openStack(environment, name);
  const said: PolicyEvent[] = [];
  const onEvent = ({ policyEvent }: EngineEvent) => void (policyEvent && said.push(policyEvent));
  const passed = await stack.preview({ policyPacks: [pack], onEvent }).then(
    () => true,
    () => false,
  );
  return { passed, said };
}

/** What `godwit policy` says of the same. */
async function judged(twin: TargetTwin, target: string) {
  const { resources } = await preview(twin.request);
  const app = { policy: async () => policy } as unknown as App;
  return await judge(app, { target, stack: twin.request.stack, resources });
}

const nameOf = (urn: string) => urn.split("::").at(-1)!;
const broken = (said: readonly PolicyEvent[]) =>
  said
    .filter(({ enforcementLevel }) => enforcementLevel === "mandatory")
    .map(({ policyName, resourceUrn }) => `${policyName} ${nameOf(resourceUrn!)}`);
const advice = (said: readonly PolicyEvent[], kind: string) =>
  said
    .filter(({ policyName }) => policyName === kind)
    .map(({ message, resourceUrn }) => {
      const [, rule] = /\n(\w+): /.exec(message) ?? [];
      return `${rule} ${nameOf(resourceUrn!)}`;
    });
const told = (list: readonly { rule: string; resource: string }[]) =>
  list.map(({ rule, resource }) => `${rule} ${resource}`);

describe("the policy pack in Pulumi's own engine", function () {
  this.timeout(240_000);
  const path = process.env["PATH"];
  let starter: string;

  before(() => {
    starter = mkdtempSync(join(tmpdir(), "godwit-starter-"));
    const file = join(starter, "pulumi-analyzer-policy-nodejs");
    writeFileSync(file, STARTER);
    chmodSync(file, 0o755);
    process.env["PATH"] = [path, starter].join(delimiter);
  });
  after(() => {
    process.env["PATH"] = path;
    rmSync(starter, { recursive: true });
  });

  describe("on a target that breaks rules", () => {
    const twin = new TargetTwin("web");

    it("refuses the preview, with the findings of godwit policy", async () => {
      const { passed, said } = await previewed(twin, FOLDER);
      const { findings, undecided } = await judged(twin, "web");
      expect(passed).to.equal(false);
      expect(findings).to.have.length.above(10);
      expect(broken(said)).to.have.members(told(findings));
      expect(advice(said, "undecided")).to.have.members(told(undecided));
    });
  });

  describe("on a target that keeps them, as it stands", () => {
    const twin = new TargetTwin("cdn");

    it("lets it pass with the same waivers, also as a program of its own", async () => {
      await twin.update();
      const { passed, said } = await previewed(twin, join(FOLDER, "serve.mjs"));
      const { waived } = await judged(twin, "cdn");
      expect(broken(said)).to.deep.equal([]);
      expect(passed).to.equal(true);
      expect(advice(said, "waived")).to.have.members(told(waived));
      expect(advice(said, "undecided")).to.deep.equal([]);
    });
  });
});

describe("the target of a stack", () => {
  const typed = (...types: string[]) => types.map((type) => ({ type }));

  it("is told by the components that only it has", () => {
    const redis = "godwit:redis:EncryptedRedis";
    expect(targetOf(typed("pulumi:pulumi:Stack", redis))).to.equal("redis");
    expect(targetOf(typed(redis, "godwit:hipaa:Network"))).to.equal("hipaa");
    expect(targetOf(typed("aws:s3/bucket:Bucket"))).to.equal("");
  });
});
