import { expect } from "chai";
import {
  documentOf,
  expectNoStackTrace,
  Godwit,
  runIn,
  said,
  type Outcome,
} from "../support/godwit.ts";
import { TwinCloud } from "../support/twinCloud.ts";

/**
 * A move left at different points. The driver is killed right after the step has had its effect and before it is
 * recorded, which is the worst moment to leave at.
 */
describe("leaving a move", function () {
  this.timeout(300_000);
  let godwit: Godwit;
  let run: string;
  let cloud: TwinCloud;
  beforeEach(async () => {
    godwit = await Godwit.create();
  });
  afterEach(async () => {
    await godwit.remove();
  });

  /** Begins a move whose driver is killed after each of these steps, and brings it to the first of them. */
  async function move(mode: string, ...killedAfter: readonly string[]): Promise<void> {
    const killed = await godwit.run([
      ...["rehearse", "redis-encryption", "--mode", mode, "--scale", "tiny", "--keep", "--json"],
      ...killedAfter.flatMap((step) => ["--fault", `kill@${step}:after`]),
    ]);
    expectKilled(killed);
    run = runIn(killed);
    cloud = await TwinCloud.in(godwit.home);
  }

  const resume = () => godwit.run(["resume", run, "--json"]);

  function expectKilled(outcome: Outcome): void {
    expect(outcome.signal, outcome.stderr).to.equal("SIGKILL");
  }

  async function expectAbortRefused(): Promise<void> {
    const refused = await godwit.run(["abort", run]);
    expect(refused.code).to.equal(4);
    expect(said(refused)).to.contain(`godwit rollback ${run}`);
    expectNoStackTrace(refused);
  }

  async function expectOnSource(left: Outcome, status: string): Promise<void> {
    expect(left.code, left.stderr).to.equal(0);
    const document = documentOf(left);
    expect(document).to.include({ status });
    expect(document.traffic).to.include({ lostWrites: 0, duplicatedWrites: 0 });
    expect(document.rollback.armed).to.equal(false);
    expect(await cloud.replicationGroups()).to.deep.equal([]);
    expect(await cloud.applicationHost()).to.match(/^acme-redis-production\./);
  }

  /** A write of somebody whom the move does not know, straight to the source. */
  async function writeStray(): Promise<void> {
    const source = await cloud.connectTo("redis.source");
    await source.ask("SET", "stray", "written by somebody");
    source.close();
  }

  async function expectStray(server: string): Promise<void> {
    const connection = await cloud.connectTo(server);
    expect(String(await connection.ask("GET", "stray"))).to.equal("written by somebody");
    connection.close();
  }

  it("relay: abort before the switch: everything is on the source, nobody was disturbed", async () => {
    await move("relay", "fence-source");
    const left = await godwit.run(["abort", run, "--json"]);
    await expectOnSource(left, "aborted");
    expect(documentOf(left).traffic).to.include({ errors: 0 });
  });

  it("live: writes and clients on the source are noticed on the way, and a rollback keeps every write", async () => {
    await move("live", "drain", "turn", "retire-source");
    await writeStray();
    expectKilled(await resume());
    await expectStray("redis.target");

    const straggler = await cloud.connectTo("redis.source");
    await straggler.ask("CLIENT", "SETNAME", "straggler");
    const stopped = await resume();
    expect(stopped.code).to.equal(1);
    expect(said(stopped)).to.match(/The source has got 1 clients .* \(straggler\)/);
    straggler.close();

    expectKilled(await resume());
    await expectAbortRefused();
    const left = await godwit.run(["rollback", run, "--json"]);
    await expectOnSource(left, "rolled-back");
    expect(documentOf(left).verification[0]).to.include({ what: "redis", differences: 0 });
    await expectStray("redis.source");
  });

  it("offline: a write to the source stops the move, and a rollback keeps every write", async () => {
    await move("offline", "cutover", "deploy-application");
    await writeStray();
    const stopped = await resume();
    expect(stopped.code).to.equal(1);
    expect(said(stopped)).to.contain(
      "has executed 1 write commands since the application was stopped",
    );
    expect(documentOf(stopped).traffic).to.include({ lostWrites: 0, duplicatedWrites: 0 });
    await expectStray("redis.source");
    expect(await cloud.applicationHost()).to.match(/^acme-redis-production\./);

    expectKilled(await resume());
    await expectAbortRefused();
    const left = await godwit.run(["rollback", run, "--json"]);
    await expectOnSource(left, "rolled-back");
    expect(documentOf(left).verification[0]).to.include({ what: "redis", differences: 0 });
    await expectStray("redis.source");
  });
});
