import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Redis } from "ioredis";
import { startApplication, type Application } from "../../rehearsal/app/application.ts";
import { JobQueue, PROCESSING_PREFIX, QUEUE_KEY } from "../../rehearsal/app/jobs.ts";
import { createLog } from "../../rehearsal/app/log.ts";
import { readSettings } from "../../rehearsal/app/settings.ts";
import { createProcessTable } from "../../rehearsal/twin/processes.ts";
import { startRedis, until } from "./trafficWorld.ts";
import { freePort } from "../../automation/engine/freePort.ts";

const HOST = "127.0.0.1";

describe("rehearsal: the application", () => {
  let dir: string;
  let processes: ReturnType<typeof createProcessTable>;
  let server: ChildProcess;
  let port: number;
  let redis: Redis;
  let application: Application | undefined;
  let lines: string[];

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "godwit-app-"));
    processes = createProcessTable(dir);
    port = await freePort();
    server = await startRedis(processes, HOST, port);
    redis = new Redis({ host: HOST, port });
    redis.on("error", () => {});
  });

  beforeEach(async () => {
    lines = [];
    await redis.flushall();
  });

  afterEach(async () => {
    await application?.stop();
    application = undefined;
  });

  after(async () => {
    redis.disconnect();
    await processes.stopAll();
    await rm(dir, { recursive: true });
  });

  async function start(env: Record<string, string> = {}): Promise<Application> {
    const base = { HOST, PORT: "0", REDIS_HOST: HOST, REDIS_PORT: String(port) };
    const out = { write: (line: string) => lines.push(line) } as unknown as NodeJS.WritableStream;
    application = await startApplication(readSettings({ ...base, ...env }), createLog(out));
    await until("healthy", async () => (await call("GET", "/health")).status === 200);
    return application;
  }

  async function call(method: string, path: string, body?: unknown) {
    const response = await fetch(application!.url + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, body: parsed };
  }

  it("keeps a session until its time has passed", async () => {
    await start({ SESSION_TTL_SECONDS: "100" });
    expect((await call("GET", "/sessions/a")).status).to.equal(404);
    expect((await call("PUT", "/sessions/a", { seq: 7 })).status).to.equal(204);
    expect((await call("GET", "/sessions/a")).body).to.deep.equal({ seq: 7 });
    expect(await redis.ttl("session:a")).to.be.within(98, 100);
  });

  it("accepts messages up to the limit, then answers 429 until the window ends", async () => {
    await start({ RATE_LIMIT: "2", RATE_WINDOW_SECONDS: "1" });
    const send = () => call("POST", "/messages", { userId: "u", text: "t" });
    const statuses = [await send(), await send(), await send()].map(({ status }) => status);
    expect(statuses).to.deep.equal([202, 202, 429]);
    expect((await send()).headers.get("retry-after")).to.equal("1");
    expect(await redis.pttl("ratelimit:u")).to.be.within(1, 1_000);
    await until("the next window", async () => (await send()).status === 202);
  });

  it("works every accepted message off, each once", async () => {
    await start({ RATE_LIMIT: "100" });
    const ids = Array.from({ length: 50 }, (_, index) => `job-${index}`);
    await Promise.all(ids.map((id) => call("POST", "/messages", { id, userId: "u", text: "t" })));
    await until("all done", async () => (await done()).length === ids.length);
    expect((await done()).sort()).to.deep.equal(ids.sort());
    expect(await redis.llen(QUEUE_KEY)).to.equal(0);
    expect(await redis.keys(`${PROCESSING_PREFIX}*`)).to.deep.equal([]);
  });

  it("keeps the leaderboard", async () => {
    await start();
    await call("POST", "/scores", { player: "ann", points: 3 });
    await call("POST", "/scores", { player: "bob", points: 4 });
    expect((await call("POST", "/scores", { player: "ann", points: 5 })).body.points).to.equal(8);
    const standings = [
      { player: "ann", points: 8 },
      { player: "bob", points: 4 },
    ];
    expect((await call("GET", "/scores?top=2")).body).to.deep.equal(standings);
  });

  it("reads a product from the cache the second time, until it expires", async () => {
    await start({ PRODUCT_TTL_SECONDS: "77" });
    const first = await call("GET", "/products/p1");
    const second = await call("GET", "/products/p1");
    expect([first.headers.get("x-cache"), second.headers.get("x-cache")]).to.eql(["miss", "hit"]);
    expect(second.body).to.deep.equal(first.body);
    expect(await redis.ttl("product:p1")).to.be.within(75, 77);
  });

  it("refuses what it does not understand with 400, 404 or 413", async () => {
    await start();
    expect((await call("POST", "/messages", { userId: "u" })).status).to.equal(400);
    expect((await call("PUT", "/sessions/a", "x".repeat(70_000))).status).to.equal(413);
    expect((await call("GET", "/nothing")).status).to.equal(404);
    expect((await call("GET", "/sessions/%E0%A4%A")).status).to.equal(400);
    const broken = await fetch(`${application!.url}/scores`, { method: "POST", body: "{" });
    expect(broken.status).to.equal(400);
  });

  it("answers 500 with the outcome called unknown when the server's answer is lost", async () => {
    await start({ WORKERS: "0", COMMAND_TIMEOUT_MS: "300" });
    await redis.client("PAUSE", 1_000, "WRITE");
    const answer = await call("PUT", "/sessions/late", { seq: 1 });
    expect(answer.status).to.equal(500);
    expect(answer.body.outcome).to.equal("unknown");
    await until("the late write", async () => (await redis.exists("session:late")) === 1);
    expect(lines.join("")).to.match(/"level":"ERROR".*Redis command of a request failed/);
  });

  it("is healthy only while the server answers", async () => {
    await start({ WORKERS: "0", COMMAND_TIMEOUT_MS: "300" });
    await redis.client("PAUSE", 1_000, "ALL");
    expect((await call("GET", "/health")).status).to.equal(503);
    await until("healthy again", async () => (await call("GET", "/health")).status === 200);
  });

  it("ends the requests in flight when it stops, and gives back what its workers hold", async () => {
    const stopping = await start({ HOSTNAME: "h", WORKERS: "1" });
    const worker = `h-${process.pid}-0`;
    // What a lost answer leaves behind: a job in the worker's hands of which it does not know.
    await redis.lpush(PROCESSING_PREFIX + worker, JSON.stringify({ id: "lost", userId: "u" }));
    await redis.client("PAUSE", 300, "WRITE");
    const slow = call("PUT", "/sessions/slow", { seq: 1 });
    await until("in flight", async () => /cmd=set/.test(String(await redis.client("LIST"))));
    await stopping.stop();
    application = undefined;
    expect((await slow).status).to.equal(204);
    expect(await redis.lrange(QUEUE_KEY, 0, -1)).to.have.length(1);
    expect(await redis.keys(`${PROCESSING_PREFIX}*`)).to.deep.equal([]);
  });

  it("takes over the jobs of a worker that has been silent for too long", async () => {
    const lost = JSON.stringify({ id: "orphan", userId: "u", text: "t" });
    await redis.lpush(`${PROCESSING_PREFIX}gone`, lost);
    await redis.zadd("jobs:workers", Date.now() - 60_000, "gone");
    await start({ WORKERS: "1" });
    await until("taken over", async () => (await done()).includes("orphan"));
    expect(await redis.exists(`${PROCESSING_PREFIX}gone`)).to.equal(0);
  });

  it("does not finish a job that another worker has taken over", async () => {
    const jobs = new JobQueue(redis);
    await jobs.add({ id: "j", userId: "u", text: "t" });
    const job = (await jobs.take(redis, "slow", 1))!;
    await jobs.giveBack("slow");
    expect(await jobs.finish("slow", job)).to.equal(false);
    expect(await done()).to.deep.equal([]);
    expect(await redis.llen(QUEUE_KEY)).to.equal(1);
  });

  it("loses and doubles no job when all connections break again and again", async function () {
    this.timeout(30_000);
    await start({ RATE_LIMIT: "100000", WORKERS: "4" });
    const accepted = new Set<string>();
    for (let round = 0; round < 10; round++) {
      const sends = Array.from({ length: 30 }, async (_, index) => {
        const id = `${round}-${index}`;
        const { status } = await call("POST", "/messages", { id, userId: "u", text: "t" });
        if (status === 202) accepted.add(id);
      });
      await redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      await Promise.all(sends);
    }
    await until("no job open", async () => {
      const open = await redis.keys(`${PROCESSING_PREFIX}*`);
      return open.length === 0 && (await redis.llen(QUEUE_KEY)) === 0;
    });
    const finished = await done();
    expect(new Set(finished).size).to.equal(finished.length);
    expect([...accepted].filter((id) => !finished.includes(id))).to.deep.equal([]);
    expect(accepted.size).to.be.greaterThan(50);
  });

  it("serves again when the server comes back", async () => {
    await start({ WORKERS: "1" });
    await processes.stop(server, { signal: "SIGKILL" });
    expect((await call("GET", "/health")).status).to.equal(503);
    server = await startRedis(processes, HOST, port);
    await until("healthy again", async () => (await call("GET", "/health")).status === 200);
  });

  async function done(): Promise<string[]> {
    const lists = await redis.keys("jobs:done:*");
    const ids = await Promise.all(lists.map((list) => redis.lrange(list, 0, -1)));
    return ids.flat();
  }
});
