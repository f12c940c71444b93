import { expect } from "chai";
import { score, streamFacts } from "../../../transfer/redis/content.ts";

describe("content of Redis values", () => {
  it("spells a score in one way, whichever server wrote it", () => {
    const spelt = (text: string) => score(Buffer.from(text)).toString();
    expect(spelt("0.10000000000000001")).to.equal(spelt("0.1"));
    expect(spelt("3.0000000000000000e+20")).to.equal(spelt("300000000000000000000"));
    expect(spelt("0.1")).not.to.equal(spelt("0.2"));
    expect(spelt("inf")).not.to.equal(spelt("-inf"));
  });

  const group = (name: string, fields: (string | number)[]) => ["name", name, ...fields];
  const stream = (fields: (string | number)[], groups: (string | number)[][]) =>
    [...fields, "groups", groups].map(buffers);

  function buffers(value: unknown): Buffer | number | Buffer[] {
    if (Array.isArray(value)) return value.map(buffers) as Buffer[];
    return typeof value === "number" ? value : Buffer.from(value as string);
  }

  it("leaves out of a stream what is no content", () => {
    const facts = (nodes: number, idle: number) =>
      streamFacts(stream(["length", 1, "radix-tree-nodes", nodes], [group("g", ["idle", idle])]), {
        since7: true,
      });
    expect(facts(2, 10)).to.deep.equal(facts(3, 20));
  });

  it("leaves out what only newer servers tell, when one of the two is older", () => {
    const newer = stream(["length", 1, "entries-added", 5], [group("g", ["lag", 2])]);
    const older = stream(["length", 1], [group("g", [])]);
    expect(streamFacts(newer, { since7: false })).to.deep.equal(
      streamFacts(older, { since7: false }),
    );
    expect(streamFacts(newer, { since7: true })).not.to.deep.equal(
      streamFacts(older, { since7: true }),
    );
  });

  it("keeps a group that is called like a field", () => {
    const one = streamFacts(stream(["length", 1], [group("lag", ["pending", 1])]), {
      since7: false,
    });
    const two = streamFacts(stream(["length", 1], [group("lag", ["pending", 2])]), {
      since7: false,
    });
    expect(one).not.to.deep.equal(two);
  });
});
