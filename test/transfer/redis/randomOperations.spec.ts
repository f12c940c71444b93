import { expect } from "chai";
import type { SyncState, Tail } from "../../../transfer/redis/sync.ts";
import { startPair, type Pair } from "./pair.ts";
import { expectEqual } from "./support/equality.ts";
import { Proxy } from "./support/proxy.ts";
import { seedFor } from "./support/random.ts";
import { storm, writeAtRandom } from "./support/storm.ts";

describe("random operations", function () {
  this.timeout(60_000);
  let pair: Pair;
  let links: { source: Proxy; target: Proxy };

  beforeEach(async () => {
    const source = ["--notify-keyspace-events", "KA", "--repl-diskless-sync-delay", "0"];
    pair = await startPair({ source });
    await pair.onSource.ask("CLIENT", "SETNAME", "test");
    await pair.onTarget.ask("CLIENT", "SETNAME", "test");
    links = {
      source: await Proxy.to(pair.source.address),
      target: await Proxy.to(pair.target.address),
    };
  });
  afterEach(async () => {
    await links.source.stop();
    await links.target.stop();
    await pair.stop();
  });

  const storms: readonly { tail: Tail; commands: number }[] = [
    { tail: "tracking", commands: 200_000 },
    { tail: "notifications", commands: 30_000 },
    { tail: "replication", commands: 30_000 },
  ];
  for (const { tail, commands } of storms) {
    it(`end equal with ${tail}, after ${commands} commands, kills and reconnects`, async () => {
      const seed = seedFor(tail);
      const source = pair.source.address;
      const live = await storm({ seed, commands, tail, source, links, restMs: 60 });
      await live.drain({ timeoutMs: 20_000 });
      // What the storm's many scans have made good must now be followed change by change.
      const scans = named(live.state().rescans);
      await writeAtRandom({ seed, commands: commands / 4, source, tail });
      await live.drain({ timeoutMs: 20_000 });
      expect(named(live.state().rescans)).to.deep.equal(scans);
      await live.stop();
      await expectEqual(pair);
    });
  }
});

/** Scans of whole databases: changes of consumer groups can be found by nothing but scans of streams. */
function named(rescans: SyncState["rescans"]): SyncState["rescans"] {
  return rescans.filter(({ reason }) => reason !== "consumer groups changed");
}
