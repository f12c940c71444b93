import { expect } from "chai";
import { open, type LiveTwin } from "../../rehearsal/index.ts";
import {
  documentOf,
  expectNoStackTrace,
  Godwit,
  runIn,
  said,
  type Outcome,
} from "../support/godwit.ts";
import { TwinCloud } from "../support/twinCloud.ts";

/** One move that meets faults while the application stands still; each test takes it up where the one before left it. */
describe("a move that fails while the application stands still", function () {
  this.timeout(120_000);
  let godwit: Godwit;
  let twin: LiveTwin;
  let cloud: TwinCloud;
  let run: string;
  let last: Outcome;

  before(async () => {
    godwit = await Godwit.create();
    last = await godwit.run([
      ...["rehearse", "redis-encryption", "--mode", "offline", "--scale", "tiny"],
      ...["--keep", "--json"],
      ...["--fault", "full@redis.source"],
    ]);
    run = runIn(last);
    cloud = await TwinCloud.in(godwit.home);
    twin = await open(cloud.dir);
  });
  after(async () => {
    await godwit.remove();
  });

  /** Exit code 1 with one paragraph, no write lost, and the application on the source again, by itself. */
  async function expectBackOnSource(step: string, sentence: string): Promise<void> {
    expect(last.code, last.stderr).to.equal(1);
    expect(said(last)).to.contain(`Step ${step}: ${sentence}`);
    expect(said(last)).to.contain(
      "The steps that had stopped the service were undone: it runs on the source, nothing is lost.",
    );
    expect(said(last)).to.contain(`godwit resume ${run}`);
    expectNoStackTrace(last);
    const { status, steps, traffic } = documentOf(last);
    expect(status).to.equal("failed");
    expect(traffic).to.include({ lostWrites: 0, duplicatedWrites: 0 });
    const undone = steps.filter((other) => other.status === "undone").map(({ id }) => id);
    expect(undone).to.deep.equal(["stop-writes", "snapshot"]);
    expect(await cloud.applicationHost()).to.match(/^acme-redis-production\./);
    expect(await answerOfApplication()).to.equal(200);
  }

  async function answerOfApplication(): Promise<number> {
    const { host, port } = (await twin.endpoints())["http.front"]!;
    return (await fetch(`http://${host}:${port}/health`)).status;
  }

  it("no disk space for the snapshot: the application is back on the source, nothing is lost", async () => {
    await expectBackOnSource(
      "snapshot",
      "ElastiCache reports that snapshot acme-redis-production-",
    );
  });

  it("a right that is missing: the action is named, and the application is back", async () => {
    await twin.clearFaults();
    await twin.inject("deny@CreateSnapshot");
    last = await godwit.run(["resume", run, "--json"]);
    await expectBackOnSource(
      "snapshot",
      "AccessDenied: User: arn:aws:iam::123456789012:user/operator is not authorized to perform: elasticache:CreateSnapshot.",
    );
  });

  it("goes on with a new snapshot once the causes are mended, and loses nothing", async () => {
    await twin.clearFaults();
    last = await godwit.run(["resume", run, "--json"]);
    expect(last.code, last.stderr).to.equal(0);
    const { status, steps, traffic, verification } = documentOf(last);
    expect(status).to.equal("completed");
    expect(steps.every((step) => ["succeeded", "replayed"].includes(step.status))).to.equal(true);
    expect(traffic).to.include({ lostWrites: 0, duplicatedWrites: 0 });
    expect(verification[0]).to.include({ what: "redis", differences: 0 });
    expect(await cloud.applicationHost()).to.match(/^master\.acme-redis-encrypted\./);
    expect(await answerOfApplication()).to.equal(200);
  });
});
