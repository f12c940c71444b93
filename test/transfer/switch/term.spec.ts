import { expect } from "chai";
import { RedisConnection } from "../../../transfer/redis/connection.ts";
import type { RefusedError } from "../../../transfer/redis/errors.ts";
import { writeCommands } from "../../../transfer/redis/info.ts";
import { other, type Side } from "../../../transfer/switch/protocol.ts";
import { Term, termsTaken } from "../../../transfer/switch/term.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";
import { rejection } from "../../support/rejection.ts";
import { until } from "../../support/until.ts";

const KEY = "godwit:driver:acme";
const SIDES = ["source", "target"] as const;

describe("A driver's term, on real servers", () => {
  let servers: Record<Side, RedisServer>;
  let plain: Record<Side, RedisConnection>;
  const opened: RedisConnection[] = [];

  before(async () => {
    const [source, target] = await Promise.all([
      startRedis("--repl-diskless-sync-delay", "0"),
      startRedis("--repl-diskless-sync-delay", "0"),
    ]);
    servers = { source, target };
    plain = { source: await RedisConnection.open(source.address), target: await RedisConnection.open(target.address) }; // prettier-ignore
  });
  after(async () => {
    for (const side of SIDES) plain[side].close();
    await Promise.all(SIDES.map((side) => servers[side].stop()));
  });
  afterEach(async () => {
    for (const connection of opened.splice(0)) connection.close();
    for (const side of SIDES) await plain[side].batch([["CLIENT", "UNPAUSE"], ["FLUSHALL"]]);
  });

  const take = () =>
    Term.take({
      move: "acme",
      address: (side) => servers[side].address,
      signal: AbortSignal.timeout(5_000),
    });
  const open = async (term: Term, side: Side) => {
    const connection = await RedisConnection.open(await term.address(side));
    opened.push(connection);
    return connection;
  };
  const known = async (side: Side) => Number(await plain[side].ask("GET", KEY));

  for (const side of SIDES) {
    it(`ends what the term before has open on the ${side}, and refuses it from then on`, async () => {
      const first = await take();
      const before = await open(first, side);
      await before.ask("SET", "written", "before");
      const second = await take();
      expect(String(await rejection(before.ask("SET", "written", "late")))).to.match(
        /closed|ended/,
      );
      const refused = (await rejection(open(first, side))) as RefusedError;
      expect(refused).to.include({ code: "SUPERSEDED", side });
      expect(refused.message).to.contain("another driver (term 2) has taken this move over; this one (term 1) writes nothing any more"); // prettier-ignore
      expect(await rejection(first.over)).to.equal(refused);
      await (await open(second, side)).ask("PING");
      expect(String(await plain[side].ask("GET", "written"))).to.equal("before");
    });

    it(`counts on, and holds, when the ${side} has lost its number`, async () => {
      const [first, second] = [await take(), await take()];
      await plain[side].ask("FLUSHALL");
      expect(await rejection(open(first, side))).to.include({ code: "SUPERSEDED" });
      expect(await known(side), "who is refused puts nothing back").to.equal(0);
      await open(second, side);
      await until(async () => (await known(side)) === 2);
      await plain[side].ask("FLUSHALL");
      expect((await take()).number).to.equal(3);
    });

    it(`opens at once while writes to the ${side} are paused, and puts a lost number back afterwards`, async () => {
      const term = await take();
      await plain[side].batch([["FLUSHALL"], ["CLIENT", "PAUSE", 5_000, "WRITE"]]);
      await open(term, side);
      expect(await known(side)).to.equal(0);
      await plain[side].ask("CLIENT", "UNPAUSE");
      await until(async () => (await known(side)) === 1);
    });

    it(`waits for a ${side} that is paused, and kills nobody there before its number is written`, async () => {
      const before = await open(await take(), side);
      await plain[side].ask("CLIENT", "PAUSE", 5_000, "WRITE");
      const taking = take();
      await until(async () =>
        String(await plain[side].ask("CLIENT", "LIST")).includes(" flags=xb "),
      );
      await before.ask("PING");
      await plain[side].ask("CLIENT", "UNPAUSE");
      expect((await taking).number).to.equal(2);
      await rejection(before.ask("PING"));
    });

    it(`waits for a ${side} that is a replica at the moment`, async () => {
      const { host, port } = servers[other(side)].address;
      await plain[side].ask("REPLICAOF", host, port);
      const taking = take();
      await until(async () => String(await plain[side].ask("INFO", "replication")).includes("master_link_status:up")); // prettier-ignore
      await plain[side].ask("REPLICAOF", "NO", "ONE");
      const { number } = await taking;
      expect([await known("source"), await known("target")]).to.deep.equal([number, number]);
    });
  }

  it("gives a connection its name before it looks at the number", async () => {
    const { admit } = await (await take()).address("source");
    const asked: string[] = [];
    const ask = (...words: string[]) => Promise.resolve(asked.push(words.join(" ")) && "1");
    await admit!({ ask } as unknown as RedisConnection);
    expect(asked).to.deep.equal(["CLIENT SETNAME godwit:t1", `GET ${KEY}`]);
  });

  it("gives two drivers that begin at once different terms, of which the later holds", async () => {
    const [one, two] = await Promise.all([take(), take()]);
    const [earlier, later] = one.number < two.number ? [one, two] : [two, one];
    expect(earlier.number).to.be.lessThan(later.number);
    await open(later, "target");
    expect(await rejection(open(earlier, "target"))).to.include({ code: "SUPERSEDED" });
  });

  it("spares who works in no term", async () => {
    const named = await RedisConnection.open(servers.source.address);
    opened.push(named);
    await take();
    await take();
    expect(String(await named.ask("PING"))).to.equal("PONG");
  });

  it("tells how many writes to the source were its own", async () => {
    const others = async () =>
      (await writeCommands(plain.source)) - (await termsTaken(plain.source, "acme"));
    const before = await others();
    await take();
    await take();
    expect(await others()).to.equal(before);
    await plain.source.ask("SET", "a", "1");
    expect(await others()).to.equal(before + 1);
  });
});
