import { expect } from "chai";
import { RedisConnection, type Command } from "../../../transfer/redis/connection.ts";
import { repair } from "../../../transfer/redis/repair.ts";
import { compareServers } from "../../../transfer/redis/verify.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";

describe("repairing what differs", function () {
  this.timeout(20_000);
  let source: RedisServer;
  let target: RedisServer;
  beforeEach(async () => {
    [source, target] = await Promise.all([startRedis(), startRedis()]);
  });
  afterEach(async () => {
    await Promise.all([source.stop(), target.stop()]);
  });

  async function tell(server: RedisServer, ...commands: Command[]): Promise<void> {
    const connection = await RedisConnection.open(server.address);
    for (const command of commands) await connection.ask(...command);
    connection.close();
  }

  const compare = () => compareServers(source.address, target.address);

  it("copies what is missing or other, large values too, and removes what is too much", async () => {
    const large = Buffer.alloc(9_000_000, "x");
    await tell(source, ["SET", "large", large], ["SET", "other", 1, "PX", 3_600_000]);
    await tell(source, ["SELECT", 7], ["RPUSH", "missing", 1, 2]);
    await tell(target, ["SET", "large", "small"], ["SET", "other", 1], ["SET", "extra", 1]);
    const { differing } = await compare();
    expect(differing).to.have.length(4);
    const repaired = await repair(source.address, target.address, differing);
    expect(repaired).to.deep.equal({ repaired: 4, remaining: [], rounds: 1 });
    expect((await compare()).differences).to.equal(0);
  });

  it("says what still differs after its rounds", async () => {
    await tell(source, ["SET", "a", 1], ["SET", "b", 1]);
    const { differing } = await compare();
    const asked: string[] = [];
    const copy = async (keys: readonly { key: Buffer }[]) => {
      asked.push(
        keys
          .map(({ key }) => String(key))
          .sort()
          .join(),
      );
      await tell(target, ["SET", "a", 1]);
    };
    const options = { rounds: 2, copy };
    const { repaired, remaining, rounds } = await repair(
      source.address,
      target.address,
      differing,
      options,
    );
    expect({ repaired, rounds }).to.deep.equal({ repaired: 1, rounds: 2 });
    expect(remaining.map(({ key }) => String(key))).to.deep.equal(["b"]);
    expect(asked).to.deep.equal(["a,b", "b"]);
  });
});
