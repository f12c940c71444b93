import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { build } from "esbuild";
import type { Tail } from "../../../transfer/redis/sync.ts";
import { fill, startPair, type Pair } from "./pair.ts";
import { expectEqual } from "./support/equality.ts";
import { Random, seedFor } from "./support/random.ts";
import type { SyncOrder } from "./support/syncChild.ts";
import { Writer } from "./support/writer.ts";

const KILLS = 20;
const CHILD = new URL("./support/syncChild.ts", import.meta.url).pathname;

describe("a live copy whose process is killed", function () {
  this.timeout(120_000);
  let pair: Pair;
  let dir: string;

  beforeEach(async () => {
    pair = await startPair({ source: ["--repl-diskless-sync-delay", "0"] });
    dir = await mkdtemp(join(tmpdir(), "godwit-sync-"));
  });
  afterEach(async () => {
    await pair.stop();
    await rm(dir, { recursive: true });
  });

  /** One file of plain JavaScript, which starts ten times faster. */
  async function compile(): Promise<string> {
    const outfile = join(dir, "child.mjs");
    await build({ entryPoints: [CHILD], outfile, bundle: true, platform: "node", format: "esm" });
    return outfile;
  }

  it(`ends equal after ${KILLS} kills at random, half of them with each kind of watch`, async () => {
    const random = new Random(seedFor("kills"));
    await fill(pair.onSource, 30_000);
    const ends = { source: pair.source.address, target: pair.target.address };
    const order = { ...ends, file: join(dir, "checkpoint.json") };
    const writer = await Writer.start(pair.source.address, 2_000);
    const program = await compile();
    const start = (tail: Tail): ChildProcess =>
      fork(program, [JSON.stringify({ ...order, tail } satisfies SyncOrder)], { execArgv: [] });
    let child = start("replication");
    for (let kills = 0; kills < KILLS; kills++) {
      await once(child, "message");
      await delay(random.below(300));
      child.kill("SIGKILL");
      child = start(kills < KILLS / 2 ? "replication" : "tracking");
    }
    await once(child, "message");
    await writer.stop();
    child.send("drain");
    await once(child, "message");
    child.kill("SIGKILL");
    await expectEqual(pair);
  });
});
