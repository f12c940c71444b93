import { readFileSync } from "node:fs";
import { cp, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { parseDocument } from "yaml";
import { askTwin, readControl } from "../../rehearsal/control/client.mjs";
import { start, type LiveTwin } from "../../rehearsal/index.ts";
import { groupInputs, GROUP } from "../rehearsal/cloudTwin.ts";
import { expectNoStackTrace, Godwit, said, type Outcome } from "../support/godwit.ts";
import { TwinCloud } from "../support/twinCloud.ts";

const GROUP_ID = "acme-redis-encrypted";

/** Moves that must not begin, tried on a running system as an operator would: with its credentials and `--stack`. */
describe("a move that must not begin", function () {
  this.timeout(120_000);
  let godwit: Godwit;
  let twin: LiveTwin;
  let cloud: TwinCloud;

  before(async () => {
    godwit = await Godwit.create();
    const world = { world: "redis-encryption", scale: "tiny", seed: 1 };
    twin = await start({ home: godwit.home, ...world, faults: [] });
    cloud = await TwinCloud.in(godwit.home);
  });
  after(async () => {
    await godwit.remove();
  });

  /** Runs a command on a copy of the system's project in which settings of the target differ. */
  async function trying(
    args: readonly string[],
    changes: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    const project = join(godwit.home, "project");
    await cp(cloud.environment.workDir, project, { recursive: true });
    const file = join(project, "Pulumi.rehearsal.yaml");
    const settings = parseDocument(readFileSync(file, "utf8"));
    for (const [name, value] of Object.entries(changes)) {
      settings.setIn(["config", "godwit:redis", ...name.split(".")], value);
    }
    await writeFile(file, settings.toString());
    try {
      return await godwit.run([...args, "--stack", "rehearsal"], cloud.operatorEnv(project));
    } finally {
      await rm(project, { recursive: true });
    }
  }

  function expectRefused(outcome: Outcome, ...sentences: readonly string[]): void {
    expect(outcome.code, outcome.stderr).to.equal(4);
    for (const sentence of sentences) expect(said(outcome)).to.contain(sentence);
    expect(said(outcome)).to.contain("Nothing was changed.");
    expectNoStackTrace(outcome);
  }

  const plan = ["plan", "redis-encryption"];

  it("from a source that is not there", async () => {
    const outcome = await trying(plan, { "source.clusterId": "acme-redis-productoin" });
    expectRefused(outcome, "ElastiCache has no cluster acme-redis-productoin.");
  });

  it("to a target whose Redis is older: it could not restore the source's keys", async () => {
    const outcome = await trying(plan, { engineVersion: "7.0" });
    expectRefused(outcome, "it runs 7.1.0 and the target would run 7.0", "cannot restore keys");
  });

  it("to a target whose memory is too small: it would evict keys", async () => {
    const outcome = await trying(plan, { "parameters.reserved-memory-percent": "100" });
    expectRefused(outcome, "the target, a cache.t3.micro, has 0 MiB for them: it would evict keys");
  });

  it("to a target that exists already", async () => {
    const request = { type: GROUP, name: "test", id: "", inputs: groupInputs(), state: {} };
    await askTwin(readControl(twin.dir), "/resources/create", request);
    const outcome = await trying(plan);
    expectRefused(outcome, `There is a replication group ${GROUP_ID} already (available)`);
    expect(said(outcome)).to.contain(`delete-replication-group --replication-group-id ${GROUP_ID}`);
  });

  it("to a target that exists already, when it is to be executed: no run is begun", async () => {
    const outcome = await trying(["run", "redis-encryption", "--execute"]);
    expectRefused(outcome, `There is a replication group ${GROUP_ID} already`);
    const { stdout } = await godwit.run(["status", "--json"]);
    expect(JSON.parse(stdout)).to.deep.equal({ runs: [] });
  });

  it("from a source with TLS and AUTH on", async () => {
    const outcome = await trying(plan, { "source.clusterId": `${GROUP_ID}-001` });
    expectRefused(outcome, `${GROUP_ID}-001 has TLS already, so it is no plaintext source`);
  });

  it("has changed nothing and disturbed nobody", async () => {
    expect(await cloud.snapshotPurposes()).to.deep.equal([]);
    expect(await cloud.taskDefinitionRevisions()).to.equal(1);
    expect(await cloud.applicationHost()).to.match(/^acme-redis-production\./);
    expect(await readdir(join(twin.dir, "state"))).to.deep.equal([]);
    expect(await twin.settle()).to.include({ lostWrites: 0, duplicatedWrites: 0, errors: 0 });
  });
});
