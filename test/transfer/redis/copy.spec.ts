import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { copyServer } from "../../../transfer/redis/copy.ts";
import { fill, startPair, tell, type Pair } from "./pair.ts";

describe("copying a quiet server", function () {
  this.timeout(20_000);
  let pair: Pair;
  before(async () => {
    pair = await startPair();
  });
  after(async () => await pair.stop());

  it("makes the target equal: copies, replaces, and deletes what the source does not have", async () => {
    await fill(pair.onSource, 5_000);
    await tell(pair.onSource, ["SET", "large", randomBytes(9_000_000)], ["SELECT", 7]);
    await fill(pair.onSource, 1_000, "redis.call('SADD', key, i)");
    await tell(pair.onTarget, ["SET", "godwit:part:old", "1"], ["SET", "key:1", "old"]);
    await tell(pair.onTarget, ["SELECT", 9]);
    await fill(pair.onTarget, 2_000);
    let told = 0;
    const result = await copyServer(pair.source.address, pair.target.address, {
      onProgress: (keys) => (told = keys),
    });
    expect(result).to.deep.equal({ copied: 6_001, deleted: 2_000 });
    expect(told).to.equal(6_001);
    const { source, target } = await pair.digests();
    expect(target).to.equal(source);
  });

  it("leaves our own keys alone, on either side", async () => {
    await tell(pair.onSource, ["SELECT", 0], ["SET", "godwit:driver:run", "8"]);
    await tell(pair.onTarget, ["SELECT", 0], ["HSET", "godwit:switch:move", "0", "source"]);
    await copyServer(pair.source.address, pair.target.address);
    expect(await pair.onTarget.ask("EXISTS", "godwit:switch:move")).to.equal(1);
    expect(await pair.onTarget.ask("EXISTS", "godwit:driver:run")).to.equal(0);
    expect(String(await pair.onSource.ask("GET", "godwit:driver:run"))).to.equal("8");
  });
});
