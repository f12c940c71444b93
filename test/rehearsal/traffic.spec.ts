import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Redis } from "ioredis";
import { EcsService } from "../../rehearsal/clouds/aws/ecsService.ts";
import {
  startTraffic,
  type DetailedTrafficReport,
  type LiveTraffic,
} from "../../rehearsal/traffic/index.ts";
import { createTrafficWorld, startRedis, until, type TrafficWorld } from "./trafficWorld.ts";

const RECORD = { name: "redis.test", type: "A", ttl: 60 } as const;

describe("rehearsal: live traffic", function () {
  this.timeout(60_000);
  let twin: TrafficWorld;
  let service: EcsService;
  let redis: Redis;
  let traffic: LiveTraffic;

  before(async () => {
    twin = await createTrafficWorld();
    service = twin.startService();
    redis = new Redis({ host: twin.redisHost });
    redis.on("error", () => {});
  });

  beforeEach(async () => {
    await completed();
    await redis.flushall();
    traffic = await startTraffic(twin.world, service);
    await until("traffic", async () => (await redis.zcard("leaderboard")) > 20);
  });

  afterEach(async () => {
    await traffic.stop();
  });

  after(async () => {
    redis.disconnect();
    await twin.close();
  });

  const completed = () =>
    until("the deployment", () => {
      const [primary, ...older] = service.describe().deployments!;
      return primary!.rolloutState === "COMPLETED" && older.length === 0;
    });
  const noLoss = { lostWrites: 0, duplicatedWrites: 0 };

  it("finds every acknowledged write once, with no error and no stall to speak of", async () => {
    await until("enough probes", async () => (await probes()) > 3);
    const report = await traffic.settle();
    expect(report).to.include({ ...noLoss, errors: 0, clients: 8 });
    expect(report.writes).to.be.greaterThan(20);
    expect(report.reads).to.be.greaterThan(20);
    expect(report.p99Ms).to.be.within(0.1, 1_000);
    expect(report.p999Ms).to.be.within(report.p99Ms, 2_000);
    expect(report.longestStallMs).to.be.within(5, 2_000);
    const { maxMs } = report.details.latency;
    expect(report.longestWaitMs).to.be.within(Math.floor(maxMs), maxMs + 50);
    expect(report.bypass).to.equal(undefined);
    const { application, data, staleReads, queued } = report.details;
    expect(application.successes).to.be.greaterThan(20);
    expect(data.successes).to.be.greaterThan(20);
    expect([application.errors, data.errors, staleReads.length, queued]).to.eql([0, 0, 0, 0]);
    expect(await traffic.settle()).to.deep.equal(report);
  });

  it("names a session, a job and a score that were lost", async () => {
    const report = await tampered(async () => {
      const [session] = await redis.keys("session:*");
      await redis.del(session!);
      const players = await redis.zrange("leaderboard", "0", "-1");
      const [player] = players.filter((name) => !name.startsWith("probe"));
      await redis.zincrby("leaderboard", -1, player!);
      const [done] = await redis.keys("jobs:done:*");
      await redis.lpop(done!);
    });
    expect(report).to.include({ lostWrites: 3, duplicatedWrites: 0 });
    const kinds = report.details.lost.map((description) => description.split(" ")[0]).sort();
    expect(kinds).to.deep.equal(["job", "score", "session"]);
  });

  it("notices in the probe that a write of its own was lost", async () => {
    const lost = await probes();
    await redis.zincrby("leaderboard", -1, "probe-0");
    await until("two more probes", async () => (await probes()) > lost);
    const { application } = (await traffic.settle()).details;
    expect(application.errorsByKind).to.have.property("the total is not one more than before");
  });

  it("names a job that was done twice", async () => {
    const report = await tampered(async () => {
      const [done] = await redis.keys("jobs:done:*");
      await redis.lpush(done!, (await redis.lindex(done!, 0))!);
    });
    expect(report).to.include({ lostWrites: 0, duplicatedWrites: 1 });
    expect(report.details.duplicated[0]).to.match(/^job .* expected 1, found 2/);
  });

  it("loses nothing in a rollout, and hardly stalls", async () => {
    service.update({ force: true });
    await until(
      "completed",
      () => service.describe().deployments![0]!.rolloutState === "COMPLETED",
    );
    const report = await traffic.settle();
    expect(report).to.include({ ...noLoss, errors: 0 });
    expect(report.longestStallMs).to.be.lessThan(2_000);
  });

  it("measures the stall while the application is stopped", async () => {
    const startedAt = Date.now();
    service.update({ desiredCount: 0 });
    await until("stopped", () => service.tasks.every(({ status }) => status === "STOPPED"));
    const clients = String(await redis.client("LIST"));
    expect(clients).to.not.match(/name=(api|probe)/);
    const stoppedAt = Date.now();
    await until("a second of silence", () => Date.now() - stoppedAt > 1_000);
    service.update({ desiredCount: 2 });
    await until("serving", async () => (await service.taskEnvironment()) !== undefined);
    const before = await probes();
    await until("another probe", async () => (await probes()) > before);
    const outageMs = Date.now() - startedAt;
    const report = await traffic.settle();
    expect(report).to.include(noLoss);
    expect(report.longestStallMs).to.be.within(1_000, outageMs);
    expect(Date.parse(report.longestStallFrom!)).to.be.within(startedAt - 1_000, stoppedAt);
    expect(report.longestWaitMs).to.be.greaterThan(1_000);
    expect(report.details.data.longestStallMs).to.be.greaterThan(1_000);
    expect(report.details.errorsByKind).to.have.property("HTTP 503");
    expect(report.details.application.stalls[0]!.ms).to.equal(report.longestStallMs);
  });

  it("follows the application to another data server, and checks the ledger there", async () => {
    const host = twin.world.network.claim("redis.other");
    await startRedis(twin.world.processes, host);
    const other = new Redis({ host });
    twin.world.names.set({ ...RECORD, values: [host] });
    service.update({ force: true });
    await until("the probe there", async () =>
      /name=probe/.test(String(await other.client("LIST"))),
    );
    other.disconnect();
    await until(
      "completed",
      () => service.describe().deployments![0]!.rolloutState === "COMPLETED",
    );
    // What was written before the switch was left behind, and the report must say so.
    const report = await traffic.settle();
    expect(report.lostWrites).to.be.greaterThan(0);
    twin.world.names.set({ ...RECORD, values: [twin.redisHost] });
    service.update({ force: true });
  });

  it("records what is uncertain as unknown when the connections break, and loses nothing", async () => {
    for (let round = 0; round < 5; round++) {
      await redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      const before = Number(await redis.dbsize());
      await until("life", async () => (await redis.dbsize()) !== before);
    }
    expect(await traffic.settle()).to.include(noLoss);
  });

  it("says so when the data server cannot be read, and can be asked again", async () => {
    const { configuredEnvironment } = EcsService.prototype;
    service.configuredEnvironment = async () => {
      service.configuredEnvironment = configuredEnvironment;
      return await Promise.resolve({ REDIS_HOST: twin.world.network.claim("nobody") });
    };
    const message = await traffic.settle().catch((error: Error) => error.message);
    expect(message).to.match(/ledger cannot be checked: .* ECONNREFUSED/);
    expect(await traffic.settle()).to.include(noLoss);
  });

  it("says so when the load has died", async () => {
    process.kill(pidOf("load"), "SIGKILL");
    const message = await traffic.settle().catch((error: Error) => error.message);
    expect(message).to.match(/ended before it answered/);
  });

  /** Settles once the load is quiet and `tamper` has had its way with the data. */
  async function tampered(tamper: () => Promise<void>): Promise<DetailedTrafficReport> {
    await until("done jobs", async () => (await redis.keys("jobs:done:*")).length > 0);
    const { configuredEnvironment } = EcsService.prototype;
    // The environment is asked for between the end of the load and the check.
    service.configuredEnvironment = async () => {
      service.configuredEnvironment = configuredEnvironment;
      await until("no job open", async () => {
        const open = await redis.keys("jobs:processing:*");
        return open.length === 0 && (await redis.llen("jobs:queue")) === 0;
      });
      await tamper();
      return await service.configuredEnvironment();
    };
    return await traffic.settle();
  }

  function pidOf(name: string): number {
    const folder = join(twin.world.dir, "processes");
    const recorded = readdirSync(folder).map(
      (file) =>
        JSON.parse(readFileSync(join(folder, file), "utf8")) as { name: string; pid: number },
    );
    return recorded.find((each) => each.name === name)!.pid;
  }

  /** How often the first lane of the application's probe has been through. */
  async function probes(): Promise<number> {
    return Number(await redis.zscore("leaderboard", "probe-0"));
  }
});
