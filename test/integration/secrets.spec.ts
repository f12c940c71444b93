import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { openDatabase } from "../../automation/engine/database.ts";
import { documentOf, Godwit, type Outcome } from "../support/godwit.ts";
import { TwinCloud } from "../support/twinCloud.ts";

describe("the AUTH token after a move", function () {
  this.timeout(180_000);
  let godwit: Godwit;
  let moved: Outcome;
  let token: string;
  let cloud: TwinCloud;

  before(async () => {
    godwit = await Godwit.create();
    moved = await godwit.run([
      "rehearse",
      "redis-encryption",
      "--scale",
      "tiny",
      "--keep",
      "--json",
    ]);
    expect(moved.code, moved.stderr).to.equal(0);
    cloud = await TwinCloud.in(godwit.home);
    token = await cloud.authToken();
  });
  after(async () => {
    await godwit.remove();
  });

  it("has 32 characters of the alphabet that ElastiCache takes", () => {
    expect(token).to.match(/^[A-Za-z0-9!&#$^<>-]{32}$/);
  });

  it("is in no table of the engine's database", async () => {
    const db = await openDatabase(godwit.home);
    const { rows: tables } = await db.pool.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname in ('godwit', 'dbos')`,
    );
    expect(tables.length).to.be.above(4);
    for (const { name } of tables) {
      const found = await db.pool.query(
        `select 1 from ${name} t where position($1 in t::text) > 0`,
        [token],
      );
      expect(found.rowCount, name).to.equal(0);
    }
    await db.pool.end();
  });

  it("is in no log, evidence, plan or Pulumi state, and in no file that others may read", () => {
    const offenders = filesUnder(godwit.home)
      .filter((file) => readFileSync(file).includes(token))
      .filter((file) => !isServersOwn(file));
    expect(offenders).to.deep.equal([]);
  });

  it("is in no process's arguments", () => {
    expect(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })).not.to.contain(token);
  });

  it("is in the events of the run nowhere, and in its document only for whoever kept the twin", () => {
    expect(moved.stderr).not.to.contain(token);
    const { endpoints, ...rest } = documentOf(moved);
    expect(JSON.stringify(rest)).not.to.contain(token);
    expect(JSON.stringify(endpoints)).to.contain(token);
  });

  it("lets redis-cli in over TLS, and nobody without it or without TLS", () => {
    const { host, port, serverName, ca } = documentOf(moved).endpoints!["redis.target"]!;
    const secure = ["--tls", "--sni", serverName!, "--cacert", ca!];
    const ask = (flags: readonly string[], env = {}) =>
      redisCli(["-h", host, "-p", String(port), ...flags, "DBSIZE"], env);
    expect(Number(ask(secure, { REDISCLI_AUTH: token }))).to.be.above(1_000);
    expect(ask(secure)).to.contain("NOAUTH");
    expect(ask([], { REDISCLI_AUTH: token })).not.to.match(/^\d/);
  });

  /** A server's configuration in a file of its own that nobody else may read, as in any installation of Redis. */
  function isServersOwn(file: string): boolean {
    return file.startsWith(join(cloud.dir, "redis")) && (statSync(file).mode & 0o077) === 0;
  }
});

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function redisCli(args: readonly string[], env: Readonly<Record<string, string>>): string {
  try {
    return execFileSync("redis-cli", args, {
      env: { ...process.env, ...env },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 10_000,
    }).trim();
  } catch (error) {
    return String((error as { stderr?: string }).stderr);
  }
}
