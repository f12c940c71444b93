import { expect } from "chai";
import { carryPrograms } from "../../../transfer/redis/functions.ts";
import { startPair, tell, type Pair } from "./pair.ts";

const library = (name: string, answer: number) =>
  `#!lua name=${name}\nredis.register_function('${name}_f', function() return ${answer} end)`;

describe("carrying functions and scripts", function () {
  this.timeout(20_000);
  let pair: Pair;
  before(async () => {
    pair = await startPair();
  });
  after(async () => await pair.stop());
  beforeEach(async () => {
    for (const server of [pair.onSource, pair.onTarget]) {
      await tell(server, ["FUNCTION", "FLUSH"], ["SCRIPT", "FLUSH"]);
    }
  });

  const carry = (scripts: readonly string[] = []) =>
    carryPrograms(pair.source.address, pair.target.address, { scripts });

  it("brings every library, replacing older code of the same name", async () => {
    await tell(
      pair.onSource,
      ["FUNCTION", "LOAD", library("one", 1)],
      ["FUNCTION", "LOAD", library("two", 2)],
    );
    await tell(pair.onTarget, ["FUNCTION", "LOAD", library("one", 0)]);
    expect(await carry()).to.deep.include({ libraries: 2, differing: [] });
    expect(await pair.onTarget.ask("FCALL", "one_f", 0)).to.equal(1);
    expect(await pair.onTarget.ask("FCALL", "two_f", 0)).to.equal(2);
  });

  it("names libraries that only the target has", async () => {
    await tell(pair.onTarget, ["FUNCTION", "LOAD", library("extra", 0)]);
    expect(await carry()).to.deep.include({ libraries: 0, differing: ["extra"] });
  });

  it("loads script bodies, and compares how many each cache holds", async () => {
    const body = "return 'scripted'";
    const sha = String(await pair.onSource.ask("SCRIPT", "LOAD", body));
    await pair.onSource.ask("SCRIPT", "LOAD", "return 2");
    expect(await carry([body])).to.deep.include({
      loaded: [sha],
      scripts: { source: 2, target: 1 },
    });
    expect(String(await pair.onTarget.ask("EVALSHA", sha, 0))).to.equal("scripted");
  });

  it("finds no libraries on a server that does not know functions", async () => {
    const old = await startPair({ source: ["--rename-command", "FUNCTION", ""] });
    const carried = await carryPrograms(old.source.address, old.target.address);
    expect(carried).to.deep.include({ libraries: 0, differing: [] });
    await old.stop();
  });
});
