import { expect } from "chai";
import { blockedClients, RawClient, setStage, switchOver, until, type Stage } from "../support.ts";

const XREAD = "*1|*2|$1|s|*1|*2|$3|1-1|*2|$1|f|$1|v|";

describe("blocking commands through a Redis relay's switch", () => {
  let stage: Stage;
  let client: RawClient;

  before(async () => {
    stage = await setStage();
  });
  after(() => stage.stop());

  beforeEach(async () => {
    await stage.onA.ask("FLUSHALL");
    await stage.onB.ask("FLUSHALL");
    await switchOver(stage.relay, stage.a.address);
    client = await RawClient.open(stage.relay.address.port);
  });
  afterEach(async () => {
    client.socket.destroy();
    await until(() => stage.relay.stats().sessions === 0);
  });

  const toB = () => switchOver(stage.relay, stage.b.address);

  const blocking: [command: string, feed: string[], answer: string][] = [
    ["BLPOP q 0", ["RPUSH", "q", "x"], "*2|$1|q|$1|x|"],
    ["BRPOP q r 30", ["RPUSH", "q", "x"], "*2|$1|q|$1|x|"],
    ["BLMOVE q r LEFT RIGHT 30", ["RPUSH", "q", "x"], "$1|x|"],
    ["BRPOPLPUSH q r 0", ["RPUSH", "q", "x"], "$1|x|"],
    ["BLMPOP 30 1 q LEFT", ["RPUSH", "q", "x"], "*2|$1|q|*1|$1|x|"],
    ["BZPOPMIN z 30", ["ZADD", "z", "1", "m"], "*3|$1|z|$1|m|$1|1|"],
    ["BZPOPMAX z 0", ["ZADD", "z", "1", "m"], "*3|$1|z|$1|m|$1|1|"],
    ["BZMPOP 0 1 z MIN", ["ZADD", "z", "1", "m"], "*2|$1|z|*1|*2|$1|m|$1|1|"],
    ["XREAD BLOCK 0 STREAMS s 0", ["XADD", "s", "1-1", "f", "v"], XREAD],
    ["XREAD BLOCK 30000 STREAMS s $", ["XADD", "s", "1-1", "f", "v"], XREAD],
  ];
  for (const [command, feed, answer] of blocking)
    it(`${command}: let go on the old upstream, answered by the new one`, async () => {
      client.send(command);
      await until(async () => (await blockedClients(stage.onA)) === 1);
      const { held } = await toB();
      expect(held.unblocked).to.equal(1);
      await until(async () => (await blockedClients(stage.onB)) === 1);
      expect(client.received).to.equal("");
      await stage.onB.ask(...feed);
      await client.expect(answer);
      await client.ask("PING", "+PONG|");
    });

  it("in RESP3, where nil is another", async () => {
    client.send("HELLO 3");
    await until(() => client.received.includes("modules"));
    client.received = "";
    client.send("BLPOP q 30");
    await until(async () => (await blockedClients(stage.onA)) === 1);
    await toB();
    await until(async () => (await blockedClients(stage.onB)) === 1);
    await stage.onB.ask("RPUSH", "q", "x");
    await client.expect("*2|$1|q|$1|x|");
  });

  it("XREADGROUP BLOCK", async () => {
    for (const server of [stage.onA, stage.onB])
      await server.ask("XGROUP", "CREATE", "s", "g", "$", "MKSTREAM");
    client.send("XREADGROUP GROUP g c BLOCK 0 STREAMS s >");
    await until(async () => (await blockedClients(stage.onA)) === 1);
    await toB();
    await until(async () => (await blockedClients(stage.onB)) === 1);
    await stage.onB.ask("XADD", "s", "1-1", "f", "v");
    await client.expect(XREAD);
  });

  it("XREAD from `$`: an entry added between the two waits is not missed", async () => {
    await stage.onA.ask("XADD", "s", "1-1", "f", "u");
    client.send("XREAD BLOCK 0 STREAMS s $");
    await until(async () => (await blockedClients(stage.onA)) === 1);
    await stage.relay.hold({ deadlineMs: 5_000 });
    await stage.onB.ask("XADD", "s", "1-1", "f", "u");
    await stage.onB.ask("XADD", "s", "2-1", "f", "v");
    await stage.relay.switchTo(stage.b.address);
    stage.relay.release();
    await client.expect(XREAD.replace("1-1", "2-1"));
  });

  it("a blocking command's time goes on during the hold: it ends when it would have", async () => {
    const begun = performance.now();
    client.send("BLPOP q 0.3");
    await until(async () => (await blockedClients(stage.onA)) === 1);
    await toB();
    await client.expect("*-1|");
    expect(performance.now() - begun).to.be.within(280, 450);
  });

  it("what comes after a blocking command on its connection waits for its answer", async () => {
    client.send("BLPOP q 0", "SET done 1");
    await until(async () => (await blockedClients(stage.onA)) === 1);
    await toB();
    await until(async () => (await blockedClients(stage.onB)) === 1);
    expect(await stage.onB.ask("EXISTS", "done")).to.equal(0);
    await stage.onB.ask("RPUSH", "q", "x");
    await client.expect("*2|$1|q|$1|x|+OK|");
    expect(await stage.onA.ask("EXISTS", "done")).to.equal(0);
  });

  it("WAIT is let go and answers how many replicas it has seen", async () => {
    client.send("SET k 1", "WAIT 1 0");
    await until(async () => (await blockedClients(stage.onA)) === 1);
    await toB();
    await client.expect("+OK|:0|");
  });

  it("a client that leaves while it is blocked takes no element", async () => {
    client.send("BLPOP q 0");
    await until(async () => (await blockedClients(stage.onA)) === 1);
    await stage.relay.hold({ deadlineMs: 5_000 });
    client.socket.destroy();
    await until(() => stage.relay.stats().sessions === 0);
    await stage.relay.switchTo(stage.b.address);
    stage.relay.release();
    await stage.onB.ask("RPUSH", "q", "x");
    expect(await stage.onB.ask("LLEN", "q")).to.equal(1);
  });
});
