import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import type { Figure } from "../../bench/figures.ts";
import type { Machine } from "../../bench/machine.ts";
import { isOnPath } from "../../bench/machine.ts";

const run = promisify(execFile);
const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));

async function bench(...args: string[]): Promise<string> {
  const script = ["--import", "tsx", "bench/cli.ts", ...args];
  return (await run(process.execPath, script, { cwd: CHECKOUT })).stdout;
}

const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("godwit-bench-"));

describe("npm run bench -- redis", function () {
  this.timeout(180_000);
  let figures: Figure[];
  let machine: Machine;
  before(async () => {
    const before = folders();
    const sizes = ["--keys", "50", "--rounds", "1", "--tail-seconds", "1"];
    const [first, ...rest] = JSON.parse(await bench("redis", "--json", ...sizes)) as unknown[];
    machine = first as Machine;
    figures = rest as Figure[];
    expect(folders()).to.deep.equal(before);
  });

  it("says on which machine and with what it ran", () => {
    expect(machine.machine.cores).to.be.above(0);
    expect(machine.versions["node"]).to.equal(process.version);
    expect(machine.versions["redis-server"]).to.contain("v=");
  });

  it("gives each figure with its spread, and the peers beside it", () => {
    for (const { figure, unit, better, godwit } of figures) {
      expect(unit, figure).to.be.a("string");
      expect(better, figure).to.be.oneOf(["more", "less"]);
      expect(godwit, figure).to.have.all.keys("median", "min", "max");
    }
    const copy = figures.find(({ figure }) => figure === "copy of 64 B strings, as by default")!;
    expect(copy.peers).to.include.all.keys("replicaof", "redis-cli --rdb + start", "redis-shake");
    for (const [name, peer] of Object.entries(copy.peers)) {
      if (!("unavailable" in peer)) expect(peer.median, name).to.be.above(0);
    }
  });

  it("names a peer that cannot be had, with the reason", async function () {
    const missing = { unavailable: "redis-shake is not on the PATH" };
    const shake = figures.map(({ peers }) => peers["redis-shake"]).filter((peer) => peer);
    if (await isOnPath("redis-shake")) expect(shake).not.to.deep.include(missing);
    else
      expect(new Set(shake.map((peer) => JSON.stringify(peer)))).to.have.keys(
        JSON.stringify(missing),
      );
  });

  it("measures tail, comparison and losses too", () => {
    const named = (word: string) => figures.filter(({ figure }) => figure.includes(word));
    expect(named("lag p99")).to.have.length(2);
    expect(named("comparison")).not.to.be.empty;
    const [drift] = named("drift") as [Figure];
    expect(drift.godwit).to.deep.equal({ median: 0, min: 0, max: 0 });
    const [trust] = named("certificate") as [Figure];
    expect(trust.godwit).to.deep.include({ median: 0 });
  });

  it("refuses what it does not know", async () => {
    for (const args of [["mysql"], ["redis", "--keys", "few"], ["redis", "--only", "nothing"]]) {
      const failed = (await bench(...args).catch((error: unknown) => error)) as { code: number };
      expect(failed.code, args.join(" ")).to.equal(2);
    }
  });
});
