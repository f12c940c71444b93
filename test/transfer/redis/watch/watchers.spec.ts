import { expect } from "chai";
import { RedisConnection, type Command } from "../../../../transfer/redis/connection.ts";
import { watcherFor } from "../../../../transfer/redis/watch/choose.ts";
import type { Watcher, WatcherKind } from "../../../../transfer/redis/watch/watcher.ts";
import { startRedis, type RedisServer } from "../../../support/redisServer.ts";
import { until } from "../../../support/until.ts";
import { tell } from "../pair.ts";

describe("watchers", function () {
  this.timeout(20_000);
  let server: RedisServer;
  let client: RedisConnection;
  let heard: string[];
  let lost: string[];
  let watcher: Watcher;

  const events = {
    changed: (db: number | undefined, keys: readonly Buffer[]) =>
      void heard.push(...keys.map((key) => `${db ?? "?"} ${key.toString("latin1")}`)),
    flushed: (db: number | undefined, why: string) => void heard.push(`${db ?? "?"} all: ${why}`),
    lost: (why: string) => void lost.push(why),
  };

  before(async () => {
    const flags = ["--notify-keyspace-events", "KA", "--repl-diskless-sync-delay", "0"];
    server = await startRedis(...flags);
    client = await RedisConnection.open(server.address);
  });
  after(async () => {
    client.close();
    await server.stop();
  });
  beforeEach(async () => {
    await tell(client, ["FLUSHALL"], ["SELECT", 3]);
    [heard, lost] = [[], []];
  });
  afterEach(() => watcher.close());

  async function open(kind: WatcherKind): Promise<void> {
    ({ watcher } = await watcherFor(kind)(server.address, events));
    // A FLUSHALL during the snapshot of a replication would end it: the snapshot is over when something is heard.
    await heardOf();
  }

  /** What is heard because of commands; names of databases are left out where the server does not tell them. */
  async function heardOf(...commands: Command[]): Promise<Set<string>> {
    heard = [];
    const end = `end:${Math.random()}`;
    await tell(client, ...commands, ["SET", end, 1]);
    await until(() => heard.some((event) => event.endsWith(end)));
    return new Set(heard.filter((event) => !/end:|godwit:/.test(event)));
  }

  const binary = Buffer.from([0, 13, 10, 255]);
  for (const [kind, db] of [
    ["tracking", "?"],
    ["notifications", "3"],
    ["replication", "3"],
  ] as const) {
    it(`by ${kind} tell of writes, deletions, renames, expiries, scripts and any name`, async () => {
      await open(kind);
      const keys = (...names: string[]) => new Set(names.map((name) => `${db} ${name}`));
      expect(await heardOf(["SET", binary, 1])).to.deep.equal(keys(binary.toString("latin1")));
      expect(await heardOf(["MSET", "a", 1, "b", 2])).to.deep.equal(keys("a", "b"));
      expect(await heardOf(["RENAME", "a", "c"])).to.deep.equal(keys("a", "c"));
      expect(await heardOf(["DEL", "b"])).to.deep.equal(keys("b"));
      await tell(client, ["PEXPIRE", "c", 1]);
      await until(async () => (await client.ask("EXISTS", "c")) === 0);
      const script = "redis.call('SET', 'made', 1)";
      expect(await heardOf(["EVAL", script, 0])).to.include(`${db} made`);
    });
  }

  it("by tracking tell of a flush without its database", async () => {
    await open("tracking");
    expect(await heardOf(["FLUSHDB"])).to.deep.equal(new Set(["? all: a database was flushed"]));
  });

  const streamed: readonly { readonly command: Command; readonly heard: readonly string[] }[] = [
    { command: ["MOVE", "list", 5], heard: ["3 list", "5 list"] },
    { command: ["COPY", "list", "copy", "DB", 7], heard: ["3 list", "3 copy", "7 list", "7 copy"] },
    { command: ["XGROUP", "CREATE", "x", "g", "0", "MKSTREAM"], heard: ["3 x"] },
    { command: ["FLUSHDB"], heard: ["3 all: FLUSHDB"] },
    { command: ["FLUSHALL"], heard: ["? all: FLUSHALL"] },
    { command: ["SWAPDB", 3, 4], heard: ["3 all: SWAPDB", "4 all: SWAPDB"] },
  ];
  for (const { command, heard: expected } of streamed) {
    it(`by replication tell of ${command.join(" ")}`, async () => {
      await tell(client, ["RPUSH", "list", 2, 1]);
      await open("replication");
      expect(await heardOf(command)).to.deep.equal(new Set(expected));
    });
  }

  it("by replication tell of keys in places that move, and perhaps of more", async () => {
    await tell(client, ["RPUSH", "list", 2, 1]);
    await open("replication");
    expect(await heardOf(["SORT", "list", "STORE", "sorted"])).to.include("3 sorted");
  });

  it("by replication go on where another has ended, and name what happened between", async () => {
    await open("replication");
    await heardOf(["SET", "before", 1]);
    const from = watcher.position!();
    watcher.close();
    await tell(client, ["SET", "between", 1]);
    heard = [];
    const again = await watcherFor("replication")(server.address, events, from);
    watcher = again.watcher;
    expect(again.resumed).to.be.true;
    await until(() => heard.includes("3 between"));
    expect(heard[0]).to.equal("3 between");
  });

  it("by replication start anew when the server does not know the place", async () => {
    const from = { runId: "", replId: "0".repeat(40), offset: 5, db: 0 };
    const armed = await watcherFor("replication")(server.address, events, from);
    watcher = armed.watcher;
    expect(armed.resumed).to.be.false;
  });

  it("tell once that they were lost, and nothing after they were closed", async () => {
    for (const kind of ["tracking", "notifications", "replication"] as const) {
      await open(kind);
      lost = [];
      const admin = await RedisConnection.open(server.address);
      await tell(admin, ["CLIENT", "KILL", "TYPE", "normal"], ["CLIENT", "KILL", "TYPE", "pubsub"]);
      await tell(admin, ["CLIENT", "KILL", "TYPE", "replica"]);
      admin.close();
      client = await RedisConnection.open(server.address);
      await until(() => lost.length > 0);
      await open(kind);
      watcher.close();
      await tell(client, ["SET", "a", 1]);
      expect(lost).to.deep.equal(["the server closed the connection"]);
    }
  });
});
