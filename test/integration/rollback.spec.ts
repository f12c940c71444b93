import { readFileSync } from "node:fs";
import { expect } from "chai";
import { open } from "../../rehearsal/index.ts";
import { RedisConnection } from "../../transfer/redis/connection.ts";
import { documentOf, Godwit, runIn, said, type Outcome } from "../support/godwit.ts";
import { TwinCloud } from "../support/twinCloud.ts";

/**
 * A move left at different points. The driver is killed right after the step has had its effect and before it is
 * recorded, which is the worst moment to leave at.
 */
describe("leaving a move", function () {
  this.timeout(180_000);
  let godwit: Godwit;
  beforeEach(async () => {
    godwit = await Godwit.create();
  });
  afterEach(async () => {
    await godwit.remove();
  });

  async function moveUntil(step: string, mode = "live"): Promise<string> {
    const fault = `kill@${step}:after`;
    const killed = await godwit.run([
      ...["rehearse", "redis-encryption", "--mode", mode, "--scale", "tiny", "--keep", "--json"],
      ...["--fault", fault],
    ]);
    expect(killed.signal, killed.stderr).to.equal("SIGKILL");
    return runIn(killed);
  }

  async function expectOnSource(left: Outcome, status: string): Promise<void> {
    expect(left.code, left.stderr).to.equal(0);
    const document = documentOf(left);
    expect(document).to.include({ status });
    expect(document.traffic).to.include({ lostWrites: 0, duplicatedWrites: 0 });
    expect(document.rollback.armed).to.equal(false);
    const cloud = await TwinCloud.in(godwit.home);
    expect(await cloud.replicationGroups()).to.deep.equal([]);
    expect(await cloud.applicationHost()).to.match(/^acme-redis-production\./);
  }

  /** As any client at the addresses that a kept twin prints. */
  async function connectTo(name: string): Promise<RedisConnection> {
    const { dir } = await TwinCloud.in(godwit.home);
    const { host, port, serverName, password, ca } = (await (await open(dir)).endpoints())[name]!;
    return await RedisConnection.open({
      ...{ host, port, password },
      ...(serverName && { tls: { servername: serverName, ca: readFileSync(ca!, "utf8") } }),
    });
  }

  it("abort after turn: everything is on the source, what was built is gone", async () => {
    const run = await moveUntil("turn");
    await expectOnSource(await godwit.run(["abort", run, "--json"]), "aborted");
  });

  for (const [step, mode] of [
    ["retire-source", "live"],
    ["deploy-application", "offline"],
  ] as const) {
    it(`rollback after ${step}, ${mode}: with every write made on the target since`, async () => {
      const run = await moveUntil(step, mode);
      const refused = await godwit.run(["abort", run]);
      expect(refused.code).to.equal(4);
      expect(refused.stderr).to.contain(`godwit rollback ${run}`);
      const left = await godwit.run(["rollback", run, "--json"]);
      await expectOnSource(left, "rolled-back");
      expect(documentOf(left).verification[0]).to.include({ what: "redis", differences: 0 });
    });
  }

  it("offline: a write that reached the source before the deployment stops the move, and is still there after it", async () => {
    const run = await moveUntil("cutover", "offline");
    const source = await connectTo("redis.source");
    await source.ask("SET", "stray", "written by somebody");
    const stopped = await godwit.run(["resume", run, "--json"]);
    expect(stopped.code).to.equal(1);
    expect(said(stopped)).to.contain(
      "has executed 1 write commands since the application was stopped",
    );
    expect(documentOf(stopped).traffic).to.include({ lostWrites: 0, duplicatedWrites: 0 });
    expect(String(await source.ask("GET", "stray"))).to.equal("written by somebody");
    source.close();
    expect(await (await TwinCloud.in(godwit.home)).applicationHost()).to.match(/production/);
  });

  it("live: a write that reached the source before the turn is on the target", async () => {
    const run = await moveUntil("drain");
    const source = await connectTo("redis.source");
    await source.ask("SET", "stray", "written by somebody");
    source.close();
    const resumed = await godwit.run(["resume", run, "--json"]);
    expect(resumed.code, resumed.stderr).to.equal(0);
    const target = await connectTo("redis.target");
    expect(String(await target.ask("GET", "stray"))).to.equal("written by somebody");
    target.close();
  });

  it("live: a client that is still connected to the source stops the move, which goes on without it", async () => {
    const run = await moveUntil("turn");
    const straggler = await connectTo("redis.source");
    await straggler.ask("CLIENT", "SETNAME", "straggler");
    const stopped = await godwit.run(["resume", run, "--json"]);
    expect(stopped.code).to.equal(1);
    expect(said(stopped)).to.match(/The source has got 1 clients .* \(straggler\)/);
    straggler.close();
    const resumed = await godwit.run(["resume", run, "--json"]);
    expect(resumed.code, resumed.stderr).to.equal(0);
    expect(documentOf(resumed).traffic).to.include({ lostWrites: 0, duplicatedWrites: 0 });
  });

  it("rollback after delete-source has begun is refused, and the run can still be finished", async () => {
    const run = await moveUntil("delete-source");
    const refused = await godwit.run(["rollback", run]);
    expect(refused.code).to.equal(4);
    expect(refused.stderr).to.contain("point of no return").and.contain(`godwit resume ${run}`);
    const finished = await godwit.run(["resume", run, "--json"]);
    expect(finished.code, finished.stderr).to.equal(0);
    expect(documentOf(finished).traffic).to.include({ lostWrites: 0, duplicatedWrites: 0 });
  });
});
