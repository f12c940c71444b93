import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { expect } from "chai";
import { RedisConnection, type RedisAddress } from "../../../transfer/redis/connection.ts";
import { UnconfirmedError } from "../../../transfer/switch/durable.ts";
import { markIsDurable } from "../../../transfer/switch/mark.ts";
import { DecisionRecord, type RecordOptions } from "../../../transfer/switch/record.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";
import { rejection } from "../../support/rejection.ts";

/** Waits long, so that a busy machine fails no test; those that expect no confirmation wait briefly. */
const PATIENT = { confirmMs: 5_000, answerMs: 10_000 };
const BRIEF = { confirmMs: 20 };

describe("The decision record on real servers", () => {
  let primary: RedisServer;
  let replica: RedisServer;
  /** Where the target's name leads to. */
  let address: RedisAddress;
  const records: DecisionRecord[] = [];

  const open = (options: Partial<RecordOptions> = {}) => {
    const record = new DecisionRecord({
      move: "test",
      ...PATIENT,
      address: () => address,
      ...options,
    });
    records.push(record);
    return record;
  };

  beforeEach(async () => {
    [primary, replica] = await Promise.all([
      startRedis(),
      startRedis("--repl-diskless-sync-delay", "0"),
    ]);
    address = primary.address;
    await follow(replica, primary);
  });

  afterEach(async () => {
    for (const record of records.splice(0)) record.close();
    await Promise.all([primary.stop(), replica.stop()]);
  });

  it("lets exactly one of two writers win, 200 times, and tells both the same", async () => {
    const [one, two] = [open(), open()];
    await one.keep({ epoch: 0, side: "source" });
    const wins = { source: 0, target: 0 };
    for (let epoch = 1; epoch <= 200; epoch++) {
      const race = [() => one.settle(epoch, "source"), () => two.settle(epoch, "target")];
      if (epoch % 2 === 0) race.reverse();
      const [first, second] = await Promise.all(race.map((start) => start()));
      expect(first).to.deep.equal(second);
      expect(first!.epoch).to.equal(epoch);
      wins[first!.side]++;
    }
    expect(wins.source, "both win sometimes").to.be.within(1, 199);
  });

  it("keeps a decision through a failover to the replica", async () => {
    const record = open();
    await record.keep({ epoch: 0, side: "source" });
    await record.settle(1, "target");
    await failOver();
    const again = await eventually(() => open().settle(1, "source"));
    expect(again).to.deep.equal({ epoch: 1, side: "target" });
  });

  it("does not count what the replica lacks: after its promotion another side may win, and the first writer learns it", async () => {
    const driver = open(BRIEF);
    await open().keep({ epoch: 0, side: "source" });
    await isolate(replica);
    expect(await rejection(driver.settle(1, "target"))).to.be.instanceOf(UnconfirmedError);
    await failOver();
    const relay = await eventually(() => open().settle(1, "source"));
    expect(relay).to.deep.equal({ epoch: 1, side: "source" });
    expect(await eventually(() => driver.settle(1, "target"))).to.deep.equal(relay);
  });

  it("believes no primary that was replaced, though it still answers", async () => {
    const old = open({ address: () => primary.address, ...BRIEF });
    await open().keep({ epoch: 0, side: "source" });
    await isolate(replica);
    await promote(replica);
    expect(await rejection(old.read())).to.be.instanceOf(UnconfirmedError);
    expect(await rejection(old.settle(1, "target"))).to.be.instanceOf(UnconfirmedError);
  });

  it("gives nobody leave when it was erased, until one who knows puts it back", async () => {
    const record = open();
    await record.keep({ epoch: 0, side: "source" });
    await record.settle(1, "target");
    await command(primary, "FLUSHALL");
    expect(await record.read()).to.equal(undefined);
    expect(await record.settle(1, "source")).to.equal(undefined);
    await record.keep({ epoch: 1, side: "target" });
    await record.keep({ epoch: 0, side: "source" });
    expect(await record.settle(1, "source")).to.deep.equal({ epoch: 1, side: "target" });
  });

  it("appends only to the epoch before", async () => {
    const record = open();
    await record.keep({ epoch: 0, side: "source" });
    expect(await record.settle(2, "target")).to.deep.equal({ epoch: 0, side: "source" });
    expect(await record.read()).to.deep.equal({ epoch: 0, side: "source" });
  });

  it("connects again with the token of the day", async () => {
    const record = open();
    await record.keep({ epoch: 0, side: "source" });
    await isolate(replica);
    const cut = rejection(record.read());
    await waiting(primary);
    await command(primary, "CONFIG", "SET", "requirepass", "new-token");
    await command(replica, "CONFIG", "SET", "masterauth", "new-token");
    address = { ...address, password: "new-token" };
    await kill(address, "normal");
    expect(((await cut) as Error).message).to.match(/closed the connection/);
    await follow(replica, { ...primary, address });
    expect(await record.settle(1, "target")).to.deep.equal({ epoch: 1, side: "target" });
  });

  it("gives the same answer after a connection that was cut between the write and its confirmation", async () => {
    const record = open();
    await record.keep({ epoch: 0, side: "source" });
    await isolate(replica);
    const cut = rejection(record.settle(1, "target"));
    await waiting(primary);
    await kill(address, "normal");
    expect(((await cut) as Error).message).to.match(/closed the connection/);
    await follow(replica, primary);
    expect(await record.settle(1, "source")).to.deep.equal({ epoch: 1, side: "target" });
  });

  it("gives up a server that accepts and never answers", async () => {
    const mute = createServer().listen(0, "127.0.0.1");
    await once(mute, "listening");
    const { port } = mute.address() as AddressInfo;
    const record = open({ address: () => ({ host: "127.0.0.1", port }), answerMs: 50 });
    expect(((await rejection(record.read())) as Error).message).to.match(
      /did not answer within 50 ms/,
    );
    record.close();
    mute.close();
  });

  it("takes a drain for durable only where the mark is, with its replica", async () => {
    const patient = { ...PATIENT, address: () => address };
    await command(primary, "SET", "godwit:mark", "1");
    expect(await markIsDurable(patient, "godwit:mark", "1")).to.equal(true);
    await isolate(replica);
    await command(primary, "SET", "godwit:mark", "2");
    expect(
      await rejection(markIsDurable({ ...patient, ...BRIEF }, "godwit:mark", "2")),
    ).to.be.instanceOf(UnconfirmedError);
    await failOver();
    expect(await eventually(() => markIsDurable(patient, "godwit:mark", "2"))).to.equal(false);
  });

  /** The target's name leads to the old replica from now on, and the old primary follows it. */
  async function failOver(): Promise<void> {
    await promote(replica);
    address = replica.address;
    await follow(primary, replica);
  }
});

async function promote(server: RedisServer): Promise<void> {
  await command(server, "REPLICAOF", "NO", "ONE");
}

/** The server follows nobody that it can reach, and keeps what it has. */
async function isolate(server: RedisServer): Promise<void> {
  await command(server, "REPLICAOF", "127.0.0.1", "1");
}

/** Returns when the follower acknowledges the leader's writes. */
async function follow(follower: RedisServer, leader: RedisServer): Promise<void> {
  const { host, port } = leader.address;
  await command(leader, "CONFIG", "SET", "repl-diskless-sync-delay", "0");
  await command(follower, "REPLICAOF", host, String(port));
  const connection = await RedisConnection.open(leader.address);
  await eventually(async () => {
    const [, acknowledged] = await connection.batch([
      ["INCR", "followed"],
      ["WAIT", 1, 100],
    ]);
    expect(acknowledged).to.equal(1);
  });
  connection.close();
}

/** Returns when a client of the server has written and waits for a replica to have it. */
async function waiting(server: RedisServer): Promise<void> {
  await eventually(async () => {
    expect(await command(server, "CLIENT", "LIST")).to.match(/cmd=wait/);
  });
}

async function command(server: RedisServer, ...words: string[]): Promise<string> {
  const connection = await RedisConnection.open(server.address);
  try {
    return String(await connection.ask(...words));
  } finally {
    connection.close();
  }
}

async function kill(address: RedisAddress, type: string): Promise<void> {
  const connection = await RedisConnection.open(address);
  await connection.ask("CLIENT", "KILL", "TYPE", type, "SKIPME", "yes");
  connection.close();
}

/** Tries again until it succeeds; after 5 s the last error is thrown. */
async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + 5_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
