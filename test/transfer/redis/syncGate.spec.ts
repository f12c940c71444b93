import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { DirtySet } from "../../../transfer/redis/dirty.ts";
import { Gate } from "../../../transfer/redis/sync/gate.ts";

const keys = Array.from({ length: 1_000 }, (_, i) => Buffer.from(String(i)));

describe("gate between a scan and the tail", () => {
  let sizes: number[];
  let dirty: DirtySet;
  let gate: Gate;
  beforeEach(() => {
    sizes = [];
    dirty = new DirtySet(() => undefined);
    gate = new Gate(dirty, async (_db, some) => {
      sizes.push(some.length);
      await delay(20);
      return { copied: some.length, removed: 0, bytes: 1, large: [] };
    });
  });

  it("lets whole pages through while nobody writes", async () => {
    expect(await gate.copy(0, keys)).to.include({ copied: 1_000, bytes: 1 });
    expect(sizes).to.deep.equal([1_000]);
  });

  it("lets slices of some milliseconds through while somebody writes, and adds them up", async () => {
    await gate.copy(0, keys);
    dirty.add(0, keys.slice(0, 1));
    dirty.acknowledge(dirty.take(1));
    dirty.add(0, keys.slice(0, 1));
    expect(await gate.copy(0, keys)).to.include({ copied: 1_000 });
    expect(sizes.length).to.be.greaterThan(2);
  });

  it("lets late changes go first, but not for ever", async () => {
    dirty.add(0, keys.slice(0, 1), performance.now() - 50);
    const began = performance.now();
    await gate.copy(0, keys.slice(0, 1));
    expect(performance.now() - began).to.be.within(95, 1_000);
  });
});
