import { expect } from "chai";
import fc from "fast-check";
import { canonical } from "../../../automation/evidence/canonical.ts";
import { link, verifyChain, type ChainedEvent } from "../../../automation/evidence/chain.ts";
import type { Facts, Json } from "../../../automation/step.ts";
import { completedRun } from "./sample.ts";

describe("canonical JSON", () => {
  it("orders keys by their UTF-16 code units and leaves white space out", () => {
    const value: Json = {
      "\u20ac": 1,
      b: [true, null, "é\n"],
      a: { z: 1, "10": 2, "9": 3 },
      "\ud83d\ude00": 4,
    };
    expect(canonical(value)).to.equal(
      '{"a":{"10":2,"9":3,"z":1},"b":[true,null,"é\\n"],"€":1,"😀":4}',
    );
  });

  it("spells numbers as ECMAScript does", () => {
    expect(canonical([1e21, 1e-7, -0, 4.5, 333333333.33333329])).to.equal(
      "[1e+21,1e-7,0,4.5,333333333.3333333]",
    );
  });

  it("is one text for a value, whatever the order of its keys, and reads back as that value", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse()) as Facts;
        const text = canonical(value as Facts);
        expect(canonical(reversed)).to.equal(text);
        expect(JSON.parse(text)).to.deep.equal(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("the chain of events", () => {
  const events = completedRun();
  const changed = (index: number, change: Partial<ChainedEvent>) =>
    events.map((event, i) => (i === index ? { ...event, ...change } : event));

  it("holds as it was made, from event 0 on", () => {
    expect(verifyChain(events)).to.equal(undefined);
    expect(events[0]).to.include({ seq: 0, prev: "0".repeat(64) });
    expect(verifyChain([])).to.equal(undefined);
  });

  it("hashes every field: the hash of a known event never changes", () => {
    const event = {
      run: "r",
      at: "2026-01-01T00:00:00.000Z",
      type: "t",
      key: "k",
      data: { b: 1, a: [null] },
    };
    expect(link(undefined, event).hash).to.equal(
      // printf '%s' '{"at":…,"seq":0,"type":"t"}' | sha256sum
      "8cab59b4f88446e2d9116fb439e9929329f75ca36bfcd457ba07bdd9c75c31d1",
    );
  });

  it("does not mind a database that reorders keys", () => {
    const reordered = events.map(
      (event) => Object.fromEntries(Object.entries(event).reverse()) as unknown as ChainedEvent,
    );
    expect(verifyChain(reordered)).to.equal(undefined);
  });

  const fields: Partial<ChainedEvent>[] = [
    { data: { step: "check-source", durationMs: 1 } },
    { at: "2026-11-21T00:00:00.000Z" },
    { type: "step.failed" },
    { key: "another" },
    { run: "another" },
    { prev: "f".repeat(64) },
    { hash: "f".repeat(64) },
    { seq: 7 },
  ];
  for (const change of fields) {
    it(`breaks at an event whose ${Object.keys(change).join()} was changed`, () => {
      const broken = verifyChain(changed(2, change));
      expect(broken?.index).to.equal(2);
      expect(broken?.sentence).to.match(/^event 2 \(step\.\w+\) .+\.$/);
    });
  }

  it("breaks where an event was removed, at the beginning too", () => {
    expect(verifyChain(events.toSpliced(4, 1))?.index).to.equal(4);
    expect(verifyChain(events.slice(1))?.index).to.equal(0);
  });

  it("breaks where events were exchanged", () => {
    const [a, b] = [events[3]!, events[4]!];
    expect(verifyChain(events.toSpliced(3, 2, b, a))?.index).to.equal(3);
  });

  it("breaks at an event put in with a hash of its own", () => {
    const forged = link(events[3], { ...events[4]!, data: { step: "window" } });
    expect(verifyChain(events.toSpliced(4, 1, forged))?.index).to.equal(5);
  });

  it("breaks where another run's events follow", () => {
    const foreign = link(events[3], { ...events[4]!, run: "another" });
    expect(verifyChain([...events.slice(0, 4), foreign])?.sentence).to.contain("another run");
  });
});
