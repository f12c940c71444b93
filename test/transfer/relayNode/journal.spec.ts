import { expect } from "chai";
import { Journal } from "../../../transfer/relayNode/journal.ts";

describe("a relay's journal", () => {
  it("counts each failure, and says it once until clients are served", () => {
    const lines: string[] = [];
    const journal = new Journal((line) => lines.push(line));
    const fail = () => {
      journal.sideFailed("target", new Error("connect ECONNREFUSED"));
      journal.recordFailed(new Error("no answer"));
    };
    fail();
    fail();
    expect(lines.map((line) => line.split(":", 1)[0])).to.deep.equal([
      "The target cannot be used",
      "The decision record on the target cannot be asked",
    ]);
    journal.released("target", 12);
    fail();
    expect(lines).to.have.length(5);
    expect(journal.failures).to.deep.equal({ source: 0, target: 3 });
    expect(journal.recordFailures).to.equal(3);
  });

  it("does not count the wait of a relay that starts as a hold", () => {
    const lines: string[] = [];
    const journal = new Journal((line) => lines.push(line));
    journal.released("source", 5_000);
    expect([journal.heldMs, journal.lastHoldMs]).to.deep.equal([0, undefined]);
    journal.released("target", 20);
    journal.released("source", 30);
    expect([journal.heldMs, journal.lastHoldMs]).to.deep.equal([50, 30]);
    expect(lines.at(-1)).to.equal("Serving the source. Clients were held for 30 ms.");
  });
});
