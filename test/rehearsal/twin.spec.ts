import { execFile, spawn } from "node:child_process";
import { Resolver } from "node:dns/promises";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { readControl, askTwin } from "../../rehearsal/control/client.mjs";
import { downAll, open, start } from "../../rehearsal/index.ts";
import { startOf } from "../../rehearsal/twin/processes.ts";
import { rejection } from "../support/rejection.ts";
import { redis, startCloudTwin, until, type CloudTwin } from "./cloudTwin.ts";

const run = promisify(execFile);
const options = { world: "redis-encryption", scale: "tiny", seed: 1, faults: [], traffic: false };

describe("a twin", () => {
  let twin: CloudTwin;
  before(async () => (twin = await startCloudTwin()));
  after(async () => await twin?.stop());

  it("holds the seeded keyspace, expiries included, in two databases", async () => {
    const { "redis.source": source } = await twin.twin.endpoints();
    const keyspace = String(await redis(source!, "INFO", "keyspace"));
    const [, keys, expires] = /db0:keys=(\d+),expires=(\d+)/.exec(keyspace) ?? [];
    const [, keys1, expires1] = /db1:keys=(\d+),expires=(\d+)/.exec(keyspace) ?? [];
    expect(Number(keys) + Number(keys1)).to.equal(2_000);
    expect(Number(expires) + Number(expires1)).to.equal(400);
    expect(Number(expires1)).to.be.greaterThan(0);
  });

  it("answers for the private names, over UDP", async () => {
    const { GODWIT_RESOLVER = "" } = twin.twin.environment.env;
    const { "redis.source": source } = await twin.twin.endpoints();
    const resolver = new Resolver();
    resolver.setServers([GODWIT_RESOLVER]);
    const [address] = await resolver.resolve4("redis.acme.internal", { ttl: true });
    expect(address?.address).to.equal(source!.host);
    const [name] = await resolver.resolveCname("redis.acme.internal");
    expect(name).to.match(/^acme-redis-production\.\w+\.0001\.use1\.cache\.amazonaws\.com$/);
    expect(await rejection(resolver.resolve4("example.com"))).to.include({ code: "ENOTFOUND" });
    expect(await rejection(resolver.resolveTxt("redis.acme.internal"))).to.include({
      code: "ENODATA",
    });
  });

  it("keeps its secrets in files for their owner only", () => {
    for (const file of ["environment.json", "control.json", "passphrase"]) {
      expect(statSync(join(twin.twin.dir, file)).mode & 0o077, file).to.equal(0);
    }
    const key = join(twin.twin.dir, "redis", "acme-redis-production", "redis.conf");
    expect(statSync(key).mode & 0o077).to.equal(0);
  });

  it("answers nobody without the token", async () => {
    const control = { ...readControl(twin.twin.dir), token: "x".repeat(48) };
    expect(await rejection(askTwin(control, "/endpoints"))).to.include({ code: "Unauthorized" });
  });

  it("lives beside others on a network of its own", async () => {
    const other = await start({ ...options, home: twin.home });
    const [mine, its] = [await twin.twin.endpoints(), await other.endpoints()];
    expect(its["redis.source"]!.host).to.not.equal(mine["redis.source"]!.host);
    await other.down();
    expect(existsSync(other.dir)).to.equal(false);
    expect(await redis(mine["redis.source"]!, "PING")).to.equal("PONG");
  });
});

/** Processes that a twin has recorded. */
const pidsIn = (dir: string) =>
  readdirSync(join(dir, "processes")).map((file) => Number.parseInt(file, 10));

describe("the life of a twin", () => {
  let home: string;
  beforeEach(() => (home = mkdtempSync(join(tmpdir(), "godwit-twin-"))));
  afterEach(async () => {
    await downAll(home);
    rmSync(home, { recursive: true, force: true });
  });

  it("outlives a driver that was killed", async () => {
    const script = new URL("startTwin.ts", import.meta.url).pathname;
    const driver = run(process.execPath, ["--import", "tsx", script, home]);
    let dir = "";
    driver.child.stdout!.on("data", (chunk) => {
      dir += String(chunk);
      driver.child.kill("SIGKILL");
    });
    await rejection(driver);
    const twin = await open(dir.trim());
    const { "redis.source": source } = await twin.endpoints();
    expect(await redis(source!, "PING")).to.equal("PONG");
  });

  it("is taken down entirely although its own process was killed", async () => {
    const twin = await start({ ...options, home });
    const { pid } = readControl(twin.dir);
    process.kill(pid, "SIGKILL");
    await until(() => Promise.resolve(startOf(pid) === undefined ? true : undefined));
    const left = pidsIn(twin.dir).filter((each) => startOf(each) !== undefined);
    expect(left).to.not.be.empty;
    expect(await rejection(twin.endpoints())).to.match(/is not running any more/);
    expect(await downAll(home)).to.equal(1);
    expect(left.filter((each) => startOf(each) !== undefined)).to.deep.equal([]);
    expect(existsSync(twin.dir)).to.equal(false);
  });

  it("does not end a process that merely has the number of one it started", async () => {
    const twin = await start({ ...options, home });
    const bystander = spawn("sleep", ["60"]);
    const record = { pid: bystander.pid, name: "redis", startedAt: "1" };
    writeFileSync(join(twin.dir, "processes", `${bystander.pid}.json`), JSON.stringify(record));
    await twin.down();
    expect(startOf(bystander.pid!)).to.be.a("string");
    bystander.kill();
  });

  for (const [what, wrong, words] of [
    ["world", { world: "nowhere" }, /no rehearsal for nowhere.*redis-encryption/],
    ["scale", { scale: "huge" }, /no scale huge.*tiny/],
    ["fault", { faults: ["melt@redis"] }, /melt@redis.*slow@SERVER:MS/],
    ["delay", { faults: ["slow@redis.source"] }, /slow@redis.source/],
  ] as const) {
    it(`is refused for a ${what} that does not exist`, async () => {
      const error = await rejection(start({ ...options, home, ...wrong }));
      expect(error).to.include({ exitCode: 2 }).and.to.match(words);
    });
  }
});
