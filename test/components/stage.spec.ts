import { mkdtempSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { findTools } from "../../automation/tools.ts";
import { enterStage, staleness, STALE_STAGE } from "../../components/stage.ts";
import type { Reached, StageOptions } from "../../components/stage.ts";

const CUTOVER: Reached = { stage: "cutover", snapshot: "snap-1" };
const LIVE: Reached = { stage: "prepare", mode: "live" };
const RETIRING: Reached = { ...CUTOVER, finalSnapshot: "last-1" };
const UNTIL = "2026-03-08T12:00:00Z";
const BEHIND_RELAYS: Reached = { stage: "relay", mode: "relay", relayUntil: UNTIL };
const SETTLED: Reached = { ...BEHIND_RELAYS, stage: "settled" };

describe("stage guard: what is older", () => {
  const cases: { recorded: Reached; asked: Reached; stale: boolean }[] = [
    { recorded: { stage: "prepare" }, asked: { stage: "prepare" }, stale: false },
    { recorded: { stage: "prepare" }, asked: { stage: "cutover" }, stale: false },
    { recorded: { stage: "prepare" }, asked: { stage: "prepare", snapshot: "a" }, stale: false },
    { recorded: CUTOVER, asked: RETIRING, stale: false },
    { recorded: RETIRING, asked: { ...RETIRING, stage: "settled" }, stale: false },
    { recorded: { stage: "cutover" }, asked: { stage: "prepare" }, stale: true },
    { recorded: { stage: "settled" }, asked: { stage: "prepare" }, stale: true },
    { recorded: { stage: "settled" }, asked: { stage: "cutover" }, stale: true },
    { recorded: CUTOVER, asked: { stage: "cutover" }, stale: true },
    { recorded: CUTOVER, asked: { stage: "cutover", snapshot: "snap-2" }, stale: true },
    { recorded: CUTOVER, asked: { stage: "settled" }, stale: true },
    { recorded: RETIRING, asked: CUTOVER, stale: true },
    { recorded: { stage: "prepare" }, asked: LIVE, stale: false },
    { recorded: LIVE, asked: { ...LIVE, stage: "cutover" }, stale: false },
    { recorded: LIVE, asked: { stage: "prepare" }, stale: true },
    { recorded: LIVE, asked: { stage: "prepare", mode: "offline" }, stale: true },
    { recorded: { stage: "prepare", mode: "offline" }, asked: LIVE, stale: false },
    { recorded: { ...CUTOVER, mode: "offline" }, asked: { ...CUTOVER, mode: "live" }, stale: true },
    { recorded: { ...CUTOVER, mode: "offline" }, asked: CUTOVER, stale: true },
    { recorded: { stage: "prepare" }, asked: BEHIND_RELAYS, stale: false },
    { recorded: { ...BEHIND_RELAYS, stage: "prepare" }, asked: BEHIND_RELAYS, stale: false },
    { recorded: BEHIND_RELAYS, asked: { ...BEHIND_RELAYS, stage: "fence" }, stale: false },
    {
      recorded: { ...BEHIND_RELAYS, stage: "fence" },
      asked: { ...BEHIND_RELAYS, stage: "cutover" },
      stale: false,
    },
    { recorded: BEHIND_RELAYS, asked: { ...BEHIND_RELAYS, stage: "prepare" }, stale: true },
    { recorded: { ...BEHIND_RELAYS, stage: "fence" }, asked: BEHIND_RELAYS, stale: true },
    {
      recorded: { ...BEHIND_RELAYS, stage: "cutover" },
      asked: { ...BEHIND_RELAYS, stage: "fence" },
      stale: true,
    },
    { recorded: BEHIND_RELAYS, asked: { ...BEHIND_RELAYS, mode: "live" }, stale: true },
    { recorded: BEHIND_RELAYS, asked: { stage: "relay", mode: "relay" }, stale: true },
    {
      recorded: BEHIND_RELAYS,
      asked: { ...BEHIND_RELAYS, relayUntil: "2026-04-01T00:00:00Z" },
      stale: true,
    },
    { recorded: SETTLED, asked: { stage: "settled", mode: "relay" }, stale: false },
    { recorded: SETTLED, asked: { ...SETTLED, tokenRotation: "added" }, stale: false },
    {
      recorded: { ...SETTLED, tokenRotation: "added" },
      asked: { ...SETTLED, tokenRotation: "set" },
      stale: false,
    },
    {
      recorded: { ...SETTLED, tokenRotation: "set" },
      asked: { ...SETTLED, tokenRotation: "added" },
      stale: true,
    },
    { recorded: { ...SETTLED, tokenRotation: "added" }, asked: SETTLED, stale: true },
  ];
  for (const { recorded, asked, stale } of cases) {
    it(`${JSON.stringify(recorded)} → ${JSON.stringify(asked)}: ${stale ? "refused" : "goes on"}`, () => {
      expect(staleness(recorded, asked, "prod") !== undefined).to.equal(stale);
    });
  }

  it("is said in one paragraph: what is recorded, what was asked, what state things are in, what to do", () => {
    expect(staleness(RETIRING, { stage: "prepare" }, "prod")).to.equal(
      "Stack prod has godwit:stage cutover, but the settings here ask for the earlier prepare; " +
        "it has godwit:snapshot snap-1, but the settings here have none; " +
        "it has godwit:finalSnapshot last-1, but the settings here have none. Nothing was changed. " +
        "This checkout is older than the stack: bring it up to date with `git pull`, or with " +
        "`pulumi config set --stack prod godwit:stage cutover` and " +
        "`pulumi config set --stack prod godwit:snapshot snap-1` and " +
        "`pulumi config set --stack prod godwit:finalSnapshot last-1`. " +
        "Only a run goes back to what was before: `godwit rollback`.",
    );
  });
});

describe("stage guard on the real engine", function () {
  this.timeout(120_000);

  const path = process.env["PATH"];
  let folder: string;
  let stack: Stack;
  let asked: Reached;
  let options: StageOptions | undefined;
  let breaks = false;

  /** A program with the guard, one resource that shows what was applied, and on request a failure after it. */
  async function program() {
    await enterStage(asked, options);
    new Applied(asked.stage);
    if (breaks) throw new pulumi.RunError("broken half-way");
    return { stage: asked.stage };
  }

  class Applied extends pulumi.ComponentResource {
    constructor(stage: string) {
      super("test:index:Applied", "applied");
      this.registerOutputs({ stage });
    }
  }

  before(async () => {
    const { pulumi: cli } = await findTools();
    if (!cli.found) throw new Error(`${cli.missing?.why}; run \`${cli.missing?.command}\`.`);
    // The Automation API looks for the CLI on this process's own PATH.
    process.env["PATH"] = [dirname(cli.found.path), path].join(delimiter);
    folder = mkdtempSync(join(tmpdir(), "godwit-stage-"));
    mkdirSync(join(folder, "state"));
    stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "prod", projectName: "godwit", program },
      {
        workDir: folder,
        projectSettings: {
          name: "godwit",
          runtime: "nodejs",
          backend: { url: `file://${join(folder, "state")}` },
        },
        envVars: {
          PULUMI_HOME: join(folder, "home"),
          PULUMI_CONFIG_PASSPHRASE: "test",
          PULUMI_SKIP_UPDATE_CHECK: "true",
        },
      },
    );
  });
  after(() => {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(() => {
    options = undefined;
    breaks = false;
  });
  afterEach(() => stack.destroy());

  async function resources(): Promise<{ type: string }[]> {
    const deployment = (await stack.exportStack()).deployment as { resources: { type: string }[] };
    return deployment.resources;
  }

  async function up(reached: Reached, runOptions?: StageOptions): Promise<unknown> {
    asked = reached;
    options = runOptions;
    return (await stack.up()).outputs["stage"]?.value;
  }

  async function refusal(attempt: Promise<unknown>): Promise<string> {
    const error = await attempt.then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    if (!error) throw new Error("It was not refused.");
    return error.message;
  }

  it("lets a stack's first preview and first update through", async () => {
    asked = { stage: "prepare" };
    expect((await stack.preview()).changeSummary).to.include({ create: 3 });
    expect(await up({ stage: "prepare" })).to.equal("prepare");
  });

  it("lets the same settings through again, and later ones", async () => {
    await up({ stage: "prepare" });
    expect(await up({ stage: "prepare" })).to.equal("prepare");
    expect(await up(CUTOVER)).to.equal("cutover");
    expect(await up(RETIRING)).to.equal("cutover");
    expect(await up({ ...RETIRING, stage: "settled" })).to.equal("settled");
  });

  for (const [what, stale] of Object.entries({
    "an earlier stage": { ...CUTOVER, stage: "prepare" },
    "no snapshot, so that the group would be replaced": { stage: "cutover" },
    "another snapshot": { ...CUTOVER, snapshot: "snap-0" },
    "a live group in place of the restored one": { stage: "cutover", mode: "live" },
  } satisfies Record<string, Reached>)) {
    it(`refuses ${what}, to preview and to update, and changes nothing`, async () => {
      await up(CUTOVER);
      const before = await resources();
      for (const attempt of [() => up(stale), () => stack.preview()]) {
        const message = await refusal(attempt());
        expect(message).to.include(`error: ${STALE_STAGE}: Stack prod has godwit:`);
        expect(message).to.include("Nothing was changed.");
        expect(message).not.to.match(/^\s+at /m);
        expect(await resources()).to.deep.equal(before);
      }
      expect(await up(CUTOVER)).to.equal("cutover");
    });
  }

  it("lets a run go back, and then on", async () => {
    await up(RETIRING);
    expect(await up({ stage: "prepare" }, { allowOlderStage: true })).to.equal("prepare");
    expect(await up({ stage: "prepare" })).to.equal("prepare");
    expect(await up(CUTOVER)).to.equal("cutover");
  });

  it("records before it lets anything else be declared", async () => {
    await up({ stage: "prepare" });
    const ours = (await resources())
      .map(({ type }) => type)
      .filter((type) => !/^pulumi:/.test(type));
    expect(ours).to.deep.equal(["godwit:stage:Record", "test:index:Applied"]);
  });

  it("remembers the stage of an update that failed half-way", async () => {
    await up({ stage: "prepare" });
    breaks = true;
    expect(await refusal(up(CUTOVER))).to.include("broken half-way");
    breaks = false;
    expect(await refusal(up({ stage: "prepare" }))).to.include(STALE_STAGE);
    expect(await up(CUTOVER)).to.equal("cutover");
  });

  it("starts anew when the stack has been destroyed", async () => {
    await up(CUTOVER);
    await stack.destroy();
    expect(await up({ stage: "prepare" })).to.equal("prepare");
  });
});
