import { expect } from "chai";
import { Subscriptions } from "../../../../transfer/relay/redis/subscriptions.ts";

const names = (...all: string[]) => all.map((name) => Buffer.from(name));

describe("the subscriptions of a Redis client", () => {
  it("are as many as the server counts: each name once a family", () => {
    const subscriptions = new Subscriptions();
    const sizes = [
      ["subscribe", "a", "b", "a"],
      ["psubscribe", "a"],
      ["subscribe", "b"],
      ["unsubscribe", "b", "never"],
      ["ssubscribe", "s"],
      ["unsubscribe"],
      ["unsubscribe"],
      ["psubscribe", "c"],
    ].map(([command, ...channels]) => {
      subscriptions.apply(command!, names(...channels));
      return subscriptions.size;
    });
    expect(sizes).to.deep.equal([2, 3, 3, 2, 3, 2, 2, 3]);
    subscriptions.clear();
    expect(subscriptions.size).to.equal(0);
    expect(subscriptions.restore()).to.deep.equal([]);
  });
});
