import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Client } from "pg";
import {
  stopEmbeddedPostgres,
  withEmbeddedPostgres,
} from "../../../automation/engine/embeddedPostgres.ts";
import { freePort } from "../../../automation/engine/freePort.ts";
import { knowsProcesses } from "../../../automation/processes.ts";
import { embeddedPostgresBinaries } from "../../../automation/tools.ts";
import { until } from "../../support/until.ts";

describe("the engine's embedded Postgres", () => {
  const home = mkdtempSync(join(tmpdir(), "godwit-postgres-"));
  const data = join(home, "postgres", "data");
  const lock = join(data, "postmaster.pid");
  let careless: ChildProcess | undefined;

  before(() => chmodSync(home, 0o755));
  after(async () => {
    await stopEmbeddedPostgres(home);
    careless?.kill();
    rmSync(home, { recursive: true, force: true });
  });

  const postmaster = () => Number(readFileSync(lock, "utf8").split("\n")[0]);

  /** What the server says, started if it must be. */
  function answer(): Promise<unknown> {
    return withEmbeddedPostgres(home, async (connectionString) => {
      const client = new Client({ connectionString });
      await client.connect();
      const { rows } = await client.query<{ answer: number }>("SELECT 42 AS answer");
      await client.end();
      return rows[0]!.answer;
    });
  }

  it("is started once, and joined by whoever comes later", async () => {
    expect(await answer()).to.equal(42);
    const pid = postmaster();
    expect(await answer()).to.equal(42);
    expect(postmaster()).to.equal(pid);
  });

  it("starts again after it was killed, though nobody has reaped the dead process", async function () {
    if (!knowsProcesses) return this.skip();
    await stopEmbeddedPostgres(home);
    careless = await startUnderWhoNeverReaps();
    const dead = postmaster();
    process.kill(dead, "SIGKILL");
    await until(() => stateOf(dead) === "Z");
    expect(await answer()).to.equal(42);
    expect(postmaster()).not.to.equal(dead);
    expect(stateOf(dead)).to.equal("Z");
  });

  it("takes no other process for its server that has the number of a dead one", async function () {
    if (!knowsProcesses) return this.skip();
    const file = readFileSync(lock, "utf8");
    await stopEmbeddedPostgres(home);
    writeFileSync(lock, file.replace(/^\d+/, String(process.pid)));
    expect(await answer()).to.equal(42);
    expect(postmaster()).not.to.equal(process.pid);
  });

  it("is stopped, and that again does nothing", async () => {
    await stopEmbeddedPostgres(home);
    expect(() => postmaster()).to.throw("ENOENT");
    await stopEmbeddedPostgres(home);
  });

  /** Starts the server as the child of a process that never asks for its children. */
  async function startUnderWhoNeverReaps(): Promise<ChildProcess> {
    const server = join(embeddedPostgresBinaries(), "postgres");
    const args = ["-D", data, "-p", String(await freePort()), "-h", "127.0.0.1", "-k", ""];
    const ids = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const parent = spawn("sh", ["-c", '"$0" "$@" & exec sleep 600', server, ...args], {
      ...{ cwd: "/", stdio: "ignore", ...ids },
    });
    await until(() => existsSync(lock) && /\nready\s*$/.test(readFileSync(lock, "utf8")));
    return parent;
  }
});

function stateOf(pid: number): string | undefined {
  return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
}
