import { expect } from "chai";
import { SlotSet, slotOf } from "../../../transfer/redis/slots.ts";

describe("hash slots", () => {
  // From the Redis Cluster specification, and from `CLUSTER KEYSLOT`.
  const known: readonly (readonly [string, number])[] = [
    ["123456789", 0x31c3],
    ["foo", 12_182],
    ["foo{hash_tag}", 2_515],
    ["bar{hash_tag}", 2_515],
    ["foo{}{bar}", 8_363],
    ["", 0],
  ];
  for (const [key, slot] of known) {
    it(`puts ${JSON.stringify(key)} into ${slot}`, () => {
      expect(slotOf(Buffer.from(key))).to.equal(slot);
    });
  }

  it("are kept in sets that know their size", () => {
    const one = new SlotSet();
    for (const slot of [0, 7, 16_383, 7]) one.add(slot);
    const other = new SlotSet();
    other.add(8);
    other.addAll(one);
    expect([one.size, other.size]).to.deep.equal([3, 4]);
    expect([0, 7, 8, 9, 16_383].map((slot) => other.has(slot))).to.deep.equal([
      true,
      true,
      true,
      false,
      true,
    ]);
  });
});
