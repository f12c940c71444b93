import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { surveyServers, type Survey } from "../../../transfer/redis/survey.ts";
import { fill, startPair, tell, type Pair } from "./pair.ts";

describe("survey before a live copy", function () {
  this.timeout(20_000);
  let pair: Pair;
  afterEach(async () => await pair.stop());

  const survey = () => surveyServers(pair.source.address, pair.target.address, { throttle: false });
  const codes = ({ obstacles }: Survey) => obstacles.map(({ code }) => code);

  it("counts keys by type and database, tells large ones by digest, and changes nothing", async () => {
    pair = await startPair();
    await fill(pair.onSource, 3_000);
    await tell(pair.onSource, ["SELECT", 15]);
    await fill(pair.onSource, 500, "redis.call('HSET', key, 'a', i)");
    await tell(
      pair.onSource,
      ["SET", "large-secret-name", randomBytes(9_000_000)],
      ["XADD", "stream", "*", "a", "b"],
    );
    const before = await pair.digests();
    const found = await survey();
    expect(found).to.deep.include({
      keys: 3_502,
      types: { string: 3_001, hash: 500, stream: 1 },
      databases: { 0: 3_000, 15: 502 },
      largeKeys: 1,
      obstacles: [],
    });
    expect(found.largest[0]).to.include({ db: 15, type: "string" });
    expect(found.bytes).to.be.greaterThan(9_000_000);
    expect(JSON.stringify(found)).not.to.contain("secret");
    expect(await pair.digests()).to.deep.equal(before);
  });

  it("finds that the target has too few databases", async () => {
    pair = await startPair({ target: ["--databases", "4"] });
    await tell(pair.onSource, ["SELECT", 9], ["SET", "a", "1"]);
    expect(codes(await survey())).to.deep.equal(["too-few-databases"]);
  });

  it("finds that the target has no room", async () => {
    pair = await startPair({ target: ["--maxmemory", "5mb"] });
    await tell(pair.onSource, ["SET", "a", randomBytes(6_000_000)]);
    const found = await survey();
    // The one value is also too large to be tried.
    expect(codes(found)).to.include("no-room");
  });

  it("finds that the target cannot restore what the source serialises", async () => {
    pair = await startPair({ target: ["--rename-command", "RESTORE", ""] });
    await tell(pair.onSource, ["SET", "a", "1"], ["RPUSH", "b", "1"], ["RPUSH", "c", "1"]);
    const { obstacles } = await survey();
    expect(obstacles.map(({ code }) => code)).to.deep.equal(["not-restorable", "not-restorable"]);
    expect(obstacles.map(({ what }) => what).join())
      .to.contain("type list")
      .and.contain("has 2");
  });

  it("finds a target that is a replica", async () => {
    pair = await startPair({ target: ["--replicaof", "127.0.0.1 1"] });
    expect(codes(await survey())).to.include("replica-target");
  });

  it("finds servers in cluster mode", async () => {
    pair = await startPair({ source: ["--cluster-enabled", "yes"] });
    expect(codes(await survey())).to.include("cluster-mode");
  });

  it("finds commands that the source refuses", async () => {
    pair = await startPair({ source: ["--rename-command", "DUMP", ""] });
    await tell(pair.onSource, ["SET", "a", "1"]);
    const { obstacles } = await survey();
    expect(obstacles[0]).to.include({ code: "refused-command" });
    expect(obstacles[0]!.what).to.contain("DUMP");
  });

  it("counts without sizes where the source does not tell them", async () => {
    pair = await startPair({ source: ["--rename-command", "MEMORY", ""] });
    await fill(pair.onSource, 2_000);
    expect(await survey()).to.deep.include({ keys: 2_000, bytes: 0, obstacles: [] });
  });
});
