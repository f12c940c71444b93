import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { openDatabase } from "../../automation/engine/database.ts";
import { documentOf, Godwit, runIn, type Outcome } from "../support/godwit.ts";
import { TwinCloud } from "../support/twinCloud.ts";

const NO_RETURN = "point-of-no-return";

/** What nobody may read who does not have to. */
interface Secret {
  readonly what: string;
  readonly value: string;
}

describe("the secrets of a move", function () {
  this.timeout(300_000);
  let godwit: Godwit;
  let cloud: TwinCloud;
  let run: string;
  const outcomes: Outcome[] = [];
  let moved: Outcome;
  let secrets: readonly Secret[];
  /** The token in use at the end. */
  let token: string;

  before(async () => {
    godwit = await Godwit.create();
    const rehearse = ["rehearse", "redis-encryption", "--scale", "tiny", "--approve", "ask"];
    const begun = await command(...rehearse, "--keep", "--json");
    expect(begun.code, begun.stderr).to.equal(3);
    run = runIn(begun);
    cloud = await TwinCloud.in(godwit.home);
    secrets = [
      { what: "control key", value: await cloud.controlKey() },
      { what: "first token", value: await cloud.authToken() },
    ];
    await command("approve", run, "window");
    const soaked = await command("resume", run, "--json");
    expect(soaked.code, soaked.stderr).to.equal(3);
  });
  after(async () => {
    await godwit.remove();
  });

  async function command(...args: readonly string[]): Promise<Outcome> {
    const outcome = await godwit.run(args);
    outcomes.push(outcome);
    return outcome;
  }

  /** Names of the secrets in this text. */
  function secretsIn(text: string | Buffer): string[] {
    return secrets.filter(({ value }) => text.includes(value)).map(({ what }) => what);
  }

  describe("while the relays forward to the target", () => {
    it("are in no machine's environment: references only", () => {
      const machines = processesOf(cloud.dir).filter(({ args }) =>
        /worker --mover|relay redis-encryption/.test(args),
      );
      expect(machines).to.have.length(3);
      for (const { args, environment } of machines) {
        expect(environment, args).to.contain("arn:aws:secretsmanager:");
        expect(secretsIn(environment), args).to.deep.equal([]);
      }
    });

    it("are in no machine's user data, which holds its environment file", () => {
      const state = readFileSync(
        join(cloud.dir, "state", ".pulumi", "stacks", "godwit", "rehearsal.json"),
        "utf8",
      );
      expect(state.split("#cloud-config")).to.have.length.above(3);
      expect(secretsIn(state)).to.deep.equal([]);
    });

    it("are in no process's arguments", () => {
      expect(secretsIn(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }))).to.deep.equal(
        [],
      );
    });
  });

  describe("after the move, with a new token", () => {
    before(async () => {
      await command("approve", run, NO_RETURN);
      moved = await command("resume", run, "--json");
      expect(moved.code, moved.stderr).to.equal(0);
      token = await cloud.authToken();
      secrets = [...secrets, { what: "second token", value: token }];
    });

    it("the token has 32 characters of the alphabet that ElastiCache takes, and is another one", () => {
      expect(token).to.match(/^[A-Za-z0-9!&#$^<>-]{32}$/);
      expect(new Set(secrets.map(({ value }) => value)).size).to.equal(3);
    });

    it("are in no table of the engine's database", async () => {
      const db = await openDatabase(godwit.home);
      const { rows: tables } = await db.pool.query<{ name: string }>(
        `select format('%I.%I', schemaname, tablename) as name from pg_tables
         where schemaname in ('godwit', 'dbos')`,
      );
      expect(tables.length).to.be.above(4);
      for (const { name } of tables) {
        for (const { what, value } of secrets) {
          const found = await db.pool.query(
            `select 1 from ${name} t where position($1 in t::text) > 0`,
            [value],
          );
          expect(found.rowCount, `${what} in ${name}`).to.equal(0);
        }
      }
      await db.pool.end();
    });

    it("are in no log, evidence, plan, user data or Pulumi state, and in no file that others may read", () => {
      const offenders = filesUnder(godwit.home)
        .map((file) => ({ file, found: secretsIn(readFileSync(file)) }))
        .filter(({ file, found }) => found.length > 0 && !isServersOwn(file));
      expect(offenders).to.deep.equal([]);
    });

    it("are in no preview", async () => {
      const args = ["preview", "redis", "--stack", "rehearsal", "--json"];
      const previewed = await godwit.run(args, cloud.operatorEnv());
      expect(previewed.code, previewed.stderr).to.equal(0);
      expect(secretsIn(previewed.stdout + previewed.stderr)).to.deep.equal([]);
    });

    it("are in nothing that was printed but the document for whoever kept the twin", () => {
      for (const { stdout, stderr } of outcomes) {
        const { printed } = withoutEndpoints(stdout);
        expect(secretsIn(printed + stderr)).to.deep.equal([]);
      }
      const { endpoints } = withoutEndpoints(moved.stdout);
      expect(secretsIn(endpoints)).to.deep.equal(["second token"]);
    });

    it("the new token lets redis-cli in over TLS; nobody gets in without it, with the first one, or without TLS", () => {
      const { host, port, serverName, ca } = documentOf(moved).endpoints!["redis.target"]!;
      const secure = ["--tls", "--sni", serverName!, "--cacert", ca!];
      const ask = (flags: readonly string[], env = {}) =>
        redisCli(["-h", host, "-p", String(port), ...flags, "DBSIZE"], env);
      expect(Number(ask(secure, { REDISCLI_AUTH: token }))).to.be.above(1_000);
      expect(ask(secure)).to.contain("NOAUTH");
      expect(ask(secure, { REDISCLI_AUTH: secrets[1]!.value })).not.to.match(/^\d/);
      expect(ask([], { REDISCLI_AUTH: token })).not.to.match(/^\d/);
    });
  });

  /** A server's configuration in a file of its own that nobody else may read, as in any installation of Redis. */
  function isServersOwn(file: string): boolean {
    return file.startsWith(join(cloud.dir, "redis")) && (statSync(file).mode & 0o077) === 0;
  }
});

/** The endpoints of a kept twin, for whoever asked to keep it, and what else was printed. */
function withoutEndpoints(stdout: string): { printed: string; endpoints: string } {
  if (!stdout.startsWith("{")) return { printed: stdout, endpoints: "" };
  const { endpoints, ...rest } = JSON.parse(stdout) as Record<string, unknown>;
  return { printed: JSON.stringify(rest), endpoints: JSON.stringify(endpoints) };
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

interface Process {
  readonly args: string;
  readonly environment: string;
}

/** Processes that were started for the twin of this folder. */
function processesOf(dir: string): Process[] {
  return readdirSync("/proc")
    .filter((name) => Number(name) > 0)
    .map((pid) => ({
      args: readOrNothing(`/proc/${pid}/cmdline`).replaceAll("\0", " "),
      environment: readOrNothing(`/proc/${pid}/environ`),
    }))
    .filter(({ environment }) => environment.includes(dir));
}

/** A process may end while it is looked at. */
function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
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
