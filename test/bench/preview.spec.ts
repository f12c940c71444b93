import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import type { Figure } from "../../bench/figures.ts";

const run = promisify(execFile);
const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));

const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("godwit-bench-"));

describe("npm run bench -- preview", function () {
  this.timeout(300_000);

  it("previews the same resources every way, and finds nothing to change after an update", async () => {
    const before = folders();
    const args = ["--import", "tsx", "bench/cli.ts", "preview", "--json", "--rounds", "1"];
    const small = ["--target", "redis"];
    const { stdout } = await run(process.execPath, [...args, ...small], { cwd: CHECKOUT });
    expect(folders()).to.deep.equal(before);
    const [, ...figures] = JSON.parse(stdout) as [unknown, ...Figure[]];
    expect(figures.map(({ figure }) => figure)).to.deep.equal([
      "npx godwit preview redis, twin and all, at most 6",
      "npx godwit up redis, twin and all, at most 20",
      "preview on a standing twin",
      "changes of a second up",
    ]);
    expect(figures.at(-1)!.godwit).to.deep.equal({ median: 0, min: 0, max: 0 });
    const { peers } = figures[2]!;
    for (const peer of ["pulumi with tsx", "pulumi with ts-node"])
      expect(peers[peer], peer).to.have.property("median").above(0);
    expect(peers["Pulumi's own language host"]).to.have.property("unavailable");
  });
});
