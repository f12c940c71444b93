import { expect } from "chai";
import { DirtySet, type Ranges } from "../../../transfer/redis/dirty.ts";
import { slotOf } from "../../../transfer/redis/slots.ts";

describe("dirty set", () => {
  let overflows: { readonly ranges: Ranges; readonly since: number }[];
  let dirty: DirtySet;
  beforeEach(() => {
    overflows = [];
    dirty = new DirtySet((ranges, since) => overflows.push({ ranges, since }), {
      keys: 3,
      bytes: 1_000,
    });
  });

  const add = (name: string, db: number | undefined, since: number) =>
    dirty.add(db, [Buffer.from(name, "latin1")], since);
  const names = (limit = 10) =>
    dirty.take(limit).map(({ db, key, since }) => [key.toString("latin1"), db, since]);

  it("gives the oldest first, each key once, with its first change", () => {
    add("a", 0, 1);
    add("b", 0, 2);
    add("a", 0, 3);
    expect(dirty.oldest).to.equal(1);
    expect(names(1)).to.deep.equal([["a", 0, 1]]);
    expect(names()).to.deep.equal([["b", 0, 2]]);
  });

  it("keeps names apart by their database, and knows names of any bytes", () => {
    const name = "\u0000ÿ\r\n{";
    add(name, 0, 1);
    add(name, 15, 2);
    add(name, undefined, 3);
    expect(names()).to.deep.equal([
      [name, 0, 1],
      [name, 15, 2],
      [name, undefined, 3],
    ]);
  });

  it("counts what was taken until it is acknowledged, and gives what was put back first", () => {
    add("a", 0, 1);
    const taken = dirty.take(1);
    add("a", 0, 2);
    expect([dirty.size, dirty.oldest]).to.deep.equal([2, 1]);
    dirty.putBack(taken);
    expect(names()).to.deep.equal([
      ["a", 0, 1],
      ["a", 0, 2],
    ]);
    dirty.acknowledge(taken);
    expect([dirty.size, dirty.oldest]).to.deep.equal([1, 2]);
  });

  it("over its bound of keys becomes ranges by database, with the age of the oldest", () => {
    for (const [i, name] of ["a", "b", "c"].entries()) add(name, undefined, i + 1);
    expect(overflows).to.deep.equal([]);
    add("d", 4, 4);
    const [{ ranges, since }] = overflows as [{ ranges: Ranges; since: number }];
    expect(since).to.equal(1);
    expect([...ranges.keys()]).to.deep.equal([undefined, 4]);
    expect(ranges.get(4)!.has(slotOf(Buffer.from("d")))).to.be.true;
    expect(ranges.get(undefined)!.size).to.equal(3);
    expect([dirty.size, dirty.oldest]).to.deep.equal([0, undefined]);
  });

  it("over its bound of bytes does the same", () => {
    add("x".repeat(1_001), 0, 1);
    expect(overflows).to.have.length(1);
  });

  it("wakes who waits for something to take", async () => {
    const filled = dirty.filled();
    add("a", 0, 1);
    await filled;
  });
});
