import { expect } from "chai";
import { Budget } from "../../../transfer/redis/compare/budget.ts";
import { DUMP, PTTL } from "../../../transfer/redis/compare/commands.ts";
import { KeyPage } from "../../../transfer/redis/compare/keyPage.ts";
import { ReplyCursor } from "../../../transfer/redis/compare/replies.ts";
import { sameElements } from "../../../transfer/redis/compare/unordered.ts";
import { RedisConnection, type Command } from "../../../transfer/redis/connection.ts";
import { RefusedError } from "../../../transfer/redis/errors.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";

const names = (...texts: string[]) => texts.map((text) => Buffer.from(text));

describe("a page of Redis keys", () => {
  it("makes commands of the keys asked for, in their order", () => {
    const page = KeyPage.of(0, names("a", "bc", "x".repeat(100)));
    const long = `$100\r\n${"x".repeat(100)}\r\n`;
    expect(page.commands([PTTL, DUMP], [0, 2]).toString()).to.equal(
      `${String(PTTL)}$1\r\na\r\n${String(DUMP)}$1\r\na\r\n${String(PTTL)}${long}${String(DUMP)}${long}`,
    );
    expect(page.arguments.toString()).to.equal(`$1\r\na\r\n$2\r\nbc\r\n${long}`);
  });

  it("leaves our own keys out, wherever they stand", () => {
    const own = ["godwit:a", "godwit:part:1", "godwit:"];
    const page = KeyPage.of(3, names(own[0]!, "a", own[1]!, own[1]!, "godwi", "godwitx", own[2]!));
    expect(page.places.map((i) => page.name(i).toString())).to.deep.equal([
      "a",
      "godwi",
      "godwitx",
    ]);
    expect(page.arguments.toString()).to.equal("$1\r\na\r\n$5\r\ngodwi\r\n$7\r\ngodwitx\r\n");
  });
});

describe("replies read where they lie", () => {
  it("are walked over by kind", () => {
    const cursor = new ReplyCursor(
      "source",
      Buffer.from("+OK\r\n:-2\r\n$-1\r\n$4\r\n\r\n:1\r\n:7\r\n"),
    );
    cursor.status();
    expect([cursor.integer(), cursor.bulk()]).to.deep.equal([-2, undefined]);
    expect(cursor.content(cursor.bulk()!).toString()).to.equal("\r\n:1");
    expect(cursor.integer()).to.equal(7);
  });

  it("throw a server's error as that side's", () => {
    const cursor = new ReplyCursor("target", Buffer.from("-NOPERM no dump for you\r\n"));
    expect(() => cursor.bulk())
      .to.throw(RefusedError, "no dump for you")
      .with.include({
        side: "target",
        code: "NOPERM",
      });
  });
});

describe("a budget", () => {
  it("lets in what fits, in the order of asking, and what is too large alone", async () => {
    const budget = new Budget(10);
    const log: string[] = [];
    const ends: (() => void)[] = [];
    const work = (name: string, amount: number) =>
      budget.within(amount, async () => {
        log.push(name);
        await new Promise<void>((end) => ends.push(end));
      });
    const all = [work("a", 6), work("b", 4), work("c", 20), work("d", 1)];
    await turn();
    expect(log).to.deep.equal(["a", "b"]);
    ends.splice(0).forEach((end) => end());
    await turn();
    expect(log).to.deep.equal(["a", "b", "c"]);
    ends.splice(0).forEach((end) => end());
    await turn();
    expect(log).to.deep.equal(["a", "b", "c", "d"]);
    ends.forEach((end) => end());
    await Promise.all(all);
  });

  const turn = () => new Promise((done) => setImmediate(done));
});

describe("sets and hashes as two servers serialise them", function () {
  this.timeout(20_000);
  let servers: RedisServer[];
  let connections: RedisConnection[];
  before(async () => {
    // No compact encodings, so that each server keeps them in the order of its own hash tables.
    const flags = ["--hash-max-listpack-entries", "0", "--set-max-intset-entries", "0"];
    servers = await Promise.all([startRedis(...flags), startRedis(...flags)]);
    connections = await Promise.all(servers.map(({ address }) => RedisConnection.open(address)));
  });
  after(async () => {
    connections.forEach((connection) => connection.close());
    await Promise.all(servers.map((server) => server.stop()));
  });

  /** Elements of every kind of serialisation: integers of all sizes, short, long and compressed text, binary. */
  const elements = [
    ...Array.from({ length: 300 }, (_, i) => String(i * i * i - 1_000)),
    ...["-1", "127", "32767", "2147483647", "2147483648", "", "x".repeat(20_000)],
    ...Array.from({ length: 100 }, (_, i) => String(i).repeat(20 + i)),
    Buffer.from([0, 255, 13, 10, 195]),
  ];

  async function dumps(...commands: [Command, Command]): Promise<[Buffer, Buffer]> {
    const both = connections.map(async (connection, i) => {
      await connection.ask("DEL", "key");
      await connection.ask(...commands[i]!);
      const dump = (await connection.ask("DUMP", "key")) as Buffer;
      return dump.subarray(0, -10);
    });
    return (await Promise.all(both)) as [Buffer, Buffer];
  }

  it("are the same whatever their order", async () => {
    const sets = await dumps(
      ["SADD", "key", ...elements],
      ["SADD", "key", ...elements.toReversed()],
    );
    expect(sets[0].equals(sets[1])).to.equal(false);
    expect(sameElements(...sets)).to.equal(true);
    const fields = elements.flatMap((field, i) => [field, i]);
    const hashes = await dumps(["HSET", "key", ...fields], ["HSET", "key", ...fields]);
    expect(hashes[0].equals(hashes[1])).to.equal(false);
    expect(sameElements(...hashes)).to.equal(true);
  });

  it("are not when an element differs, or two fields have each other's values", async () => {
    const other = await dumps(
      ["SADD", "key", ...elements],
      ["SADD", "key", ...elements.with(3, "99999")],
    );
    expect(sameElements(...other)).to.equal(false);
    const swapped = await dumps(
      ["HSET", "key", "a", "1", "b", "2"],
      ["HSET", "key", "a", "2", "b", "1"],
    );
    expect(sameElements(...swapped)).to.equal(false);
  });

  it("are left to the close look when they are of another kind", async () => {
    const lists = await dumps(["RPUSH", "key", "a", "b"], ["RPUSH", "key", "b", "a"]);
    expect(sameElements(...lists)).to.equal(false);
  });
});
