import { expect } from "chai";
import { keyspace } from "../../rehearsal/worlds/keyspace.ts";

const options = { keys: 1_000, valueBytes: 64, seed: 7, now: 1_800_000_000_000 };
const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

describe("a seeded keyspace", () => {
  const commands = [...keyspace(options)];
  const named = (name: string) => commands.filter(([command]) => command === name);

  it("is the same for the same seed, and another for another", () => {
    expect([...keyspace(options)]).to.deep.equal(commands);
    expect([...keyspace({ ...options, seed: 8 })]).to.not.deep.equal(commands);
  });

  it("has all data types, streams with a consumer group and entries not acknowledged", () => {
    for (const command of ["SET", "HSET", "RPUSH", "SADD", "ZADD", "XADD"]) {
      expect(named(command), command).to.not.be.empty;
    }
    const groups = named("XGROUP");
    expect(groups).to.not.be.empty;
    expect(named("XREADGROUP")).to.have.length(groups.length);
    expect(named("XACK")).to.have.length(groups.length);
  });

  it("lets a fifth of the keys expire within minutes to days", () => {
    const expiries = named("PEXPIREAT").map(([, , at]) => Number(at) - options.now);
    expect(expiries).to.have.length(200);
    expect(Math.min(...expiries)).to.be.within(15 * MINUTE_MS, DAY_MS);
    expect(Math.max(...expiries)).to.be.within(DAY_MS, 8 * DAY_MS);
  });

  it("has binary names and a second database", () => {
    const keys = commands.map(([, key]) => key);
    expect(keys.filter((key) => Buffer.isBuffer(key) && key.some((byte) => byte > 127))).to.not.be
      .empty;
    const selects = named("SELECT");
    expect(selects).to.deep.equal([
      ["SELECT", 1],
      ["SELECT", 0],
    ]);
    expect(commands.indexOf(selects[1]!) - commands.indexOf(selects[0]!)).to.be.at.least(21);
  });
});
