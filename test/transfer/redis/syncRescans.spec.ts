import { expect } from "chai";
import { SlotSet, slotOf } from "../../../transfer/redis/slots.ts";
import { isPast } from "../../../transfer/redis/sync/copier.ts";
import { Rescans, type Scope } from "../../../transfer/redis/sync/rescans.ts";

const ready = async () => undefined;

describe("scans that are necessary again", () => {
  const key = Buffer.from("key");
  const slots = new SlotSet();
  slots.add(slotOf(key));

  async function next(rescans: Rescans): Promise<Scope> {
    let scope: Scope | undefined;
    await rescans.run(ready, async (given) => void (scope = given));
    return scope!;
  }

  it("are merged, and counted by reason", async () => {
    const rescans = new Rescans();
    rescans.request(3, "FLUSHDB");
    rescans.request(4, "FLUSHDB");
    rescans.requestRanges(new Map([[5, slots]]), 1, "too many");
    const scope = await next(rescans);
    const wanted = [3, 4, 5, 6].map((db) => scope.has(db, key));
    expect(wanted).to.deep.equal([true, true, true, false]);
    expect(scope.has(5, Buffer.from("other"))).to.be.false;
    expect(rescans.reasons).to.deep.equal([
      { reason: "FLUSHDB", count: 2 },
      { reason: "too many", count: 1 },
    ]);
  });

  it("of ranges in any database are of all databases", async () => {
    const rescans = new Rescans();
    rescans.requestRanges(new Map([[undefined, slots]]), 1, "too many");
    const scope = await next(rescans);
    expect(scope.has(9, key)).to.be.true;
    expect(scope.has(9, Buffer.from("other"))).to.be.false;
  });

  it("are done when what was requested before they began is done", async () => {
    const rescans = new Rescans();
    rescans.request(undefined, "one");
    await rescans.run(ready, async () => rescans.request(undefined, "two"));
    expect([rescans.requested, rescans.completed]).to.deep.equal([2, 1]);
    expect(rescans.since).not.to.equal(undefined);
    await next(rescans);
    expect([rescans.requested, rescans.completed, rescans.since]).to.deep.equal([2, 2, undefined]);
  });

  it("of given-up names are as old as the oldest name, and are waited for", () => {
    const rescans = new Rescans();
    rescans.request(undefined, "one");
    rescans.requestRanges(new Map([[0, slots]]), 7, "too many");
    expect([rescans.since, rescans.givenUp]).to.deep.equal([7, 2]);
  });

  it("of streams rest nine times as long as the last took, unless somebody waits", async () => {
    const rescans = new Rescans();
    rescans.requestStreams();
    await rescans.run(ready, async () => await new Promise((resolve) => setTimeout(resolve, 20)));
    rescans.requestStreams();
    const began = performance.now();
    await next(rescans);
    expect(performance.now() - began).to.be.greaterThan(150);
    rescans.requestStreams();
    rescans.hurry();
    const hurried = performance.now();
    expect((await next(rescans)).streams).to.be.true;
    expect(performance.now() - hurried).to.be.lessThan(100);
  });
});

describe("a cursor", () => {
  // Of a table of eight: SCAN counts from the highest bit.
  const order = ["0", "4", "2", "6", "1", "5", "3", "7"];

  it("is past another when SCAN has given that before", () => {
    for (const [i, cursor] of order.entries()) {
      for (const [j, until] of order.entries()) {
        expect(isPast({ db: 0, cursor }, { db: 0, cursor: until })).to.equal(i >= j);
      }
    }
  });

  it("of a later database is past all of an earlier one", () => {
    expect(isPast({ db: 2, cursor: "0" }, { db: 1, cursor: "7" })).to.be.true;
    expect(isPast({ db: 0, cursor: "7" }, { db: 1, cursor: "0" })).to.be.false;
  });
});
