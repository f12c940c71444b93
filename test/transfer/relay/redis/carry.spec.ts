import { expect } from "chai";
import { RawClient, setStage, switchOver, until, type Stage } from "../support.ts";

const NOSCRIPT = "-NOSCRIPT No matching script. Please use EVAL.|";
const SHA_OF_RETURN_7 = "59b6ab2fbe0ee4b25733de0f62e6cda4899ef8e9";
/** Keeps a server busy for some 50 ms. */
const SLOW = 'EVAL "for i = 1, 5000000 do end" 0';

describe("what a Redis relay carries from one upstream to the next", () => {
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

  it("a client without any state writes to the new upstream after the release", async () => {
    await client.ask("SET k a", "+OK|");
    await toB();
    await client.ask("SET k b", "+OK|");
    expect(String(await stage.onA.ask("GET", "k"))).to.equal("a");
    expect(String(await stage.onB.ask("GET", "k"))).to.equal("b");
  });

  it("SELECTed database", async () => {
    await client.ask("SELECT 3", "+OK|");
    await client.ask("SELECT 99", "-ERR DB index is out of range|");
    await toB();
    await client.ask("SET k b", "+OK|");
    await stage.onB.ask("SELECT", 3);
    expect(String(await stage.onB.ask("GET", "k"))).to.equal("b");
    await stage.onB.ask("SELECT", 0);
  });

  it("CLIENT SETNAME, and a name set by HELLO", async () => {
    await client.ask("CLIENT SETNAME tom", "+OK|");
    await toB();
    await client.ask("CLIENT GETNAME", "$3|tom|");
    client.send("HELLO 2 SETNAME ann");
    await until(() => client.received.includes("modules"));
    await switchOver(stage.relay, stage.a.address);
    client.received = "";
    await client.ask("CLIENT GETNAME", "$3|ann|");
  });

  it("HELLO 3: replies stay RESP3", async () => {
    client.send("HELLO 3");
    await until(() => client.received.includes("modules"));
    client.received = "";
    await toB();
    await client.ask("GET none", "_|");
  });

  it("CLIENT NO-EVICT", async () => {
    await client.ask("CLIENT NO-EVICT on", "+OK|");
    await toB();
    client.send("CLIENT INFO");
    await until(() => / flags=e /.test(client.received));
  });

  it("CLIENT REPLY OFF: proven executed before the switch, silent after it", async () => {
    const { requests } = stage.relay.stats();
    client.send("CLIENT REPLY OFF", SLOW, "INCR n", "INCR n", "INCR n");
    await until(() => stage.relay.stats().requests === requests + 5);
    await toB();
    expect(String(await stage.onA.ask("GET", "n"))).to.equal("3");
    client.send("INCR n");
    await until(async () => (await stage.onB.ask("EXISTS", "n")) === 1);
    expect(client.received).to.equal("");
    await client.ask("CLIENT REPLY ON", "+OK|");
    await client.ask("GET n", "$1|1|");
  });

  it("CLIENT REPLY SKIP: the next request alone has no reply, even on another upstream", async () => {
    client.send("CLIENT REPLY SKIP");
    await toB();
    client.send("SET k 1", "GET k");
    await client.expect("$1|1|");
    client.send("CLIENT REPLY SKIP", "SET k 2", "GET k");
    await client.expect("$1|2|");
  });

  it("CLIENT TRACKING: the client is told to forget all, and is told of changes again", async () => {
    client.send("HELLO 3");
    await until(() => client.received.includes("modules"));
    client.received = "";
    await client.ask("CLIENT TRACKING ON", "+OK|");
    await client.ask("GET k", "_|");
    await toB();
    await client.expect(">2|$10|invalidate|_|");
    await client.ask("GET k", "_|");
    await stage.onB.ask("SET", "k", "1");
    await client.expect(">2|$10|invalidate|*1|$1|k|");
  });

  it("RESET forgets what was set", async () => {
    await client.ask("SELECT 3", "+OK|");
    await client.ask("RESET", "+RESET|");
    await toB();
    await client.ask("SET k 1", "+OK|");
    expect(await stage.onB.ask("EXISTS", "k")).to.equal(1);
  });

  it("a transaction under way is waited for and executed where it began", async () => {
    client.send("MULTI", "INCR n");
    await client.expect("+OK|+QUEUED|");
    const switched = switchOver(stage.relay, stage.b.address, 4_000);
    await client.ask("INCR n", "+QUEUED|");
    client.send("EXEC", "GET n");
    await switched;
    await client.expect("*2|:1|:2|$-1|");
    expect(String(await stage.onA.ask("GET", "n"))).to.equal("2");
  });

  it("a transaction never ended: its client is closed, nothing of it executed", async () => {
    client.send("MULTI", "INCR n");
    await client.expect("+OK|+QUEUED|");
    const { held } = await switchOver(stage.relay, stage.b.address, 20);
    expect(held.closed).to.deep.equal({ transaction: 1 });
    await until(() => client.closed);
    expect(await stage.onA.ask("EXISTS", "n")).to.equal(0);
  });

  it("WATCH before a switch: EXEC answers nil and executes nothing; the next one works", async () => {
    await client.ask("WATCH k", "+OK|");
    await toB();
    client.send("MULTI", "INCR n", "EXEC", "GET n", "MULTI", "INCR n", "EXEC");
    await client.expect("+OK|+QUEUED|*-1|$-1|+OK|+QUEUED|*1|:1|");
    expect(stage.relay.stats().brokenWatches).to.equal(1);
  });

  it("UNWATCH after a switch, in one write with the transaction: it is executed", async () => {
    await client.ask("WATCH k", "+OK|");
    await toB();
    client.send("UNWATCH", "MULTI", "INCR n", "EXEC");
    await client.expect("+OK|+OK|+QUEUED|*1|:1|");
  });

  it("WATCH without a switch: a hold and release alone break nothing", async () => {
    await client.ask("WATCH k", "+OK|");
    await stage.relay.hold({ deadlineMs: 1_000 });
    stage.relay.release();
    client.send("MULTI", "INCR n", "EXEC");
    await client.expect("+OK|+QUEUED|*1|:1|");
  });

  it("SUBSCRIBE, PSUBSCRIBE and SSUBSCRIBE, acknowledged once", async () => {
    await client.ask("SUBSCRIBE c d", "*3|$9|subscribe|$1|c|:1|*3|$9|subscribe|$1|d|:2|");
    await client.ask("PSUBSCRIBE p*", "*3|$10|psubscribe|$2|p*|:3|");
    await client.ask("SSUBSCRIBE s", "*3|$10|ssubscribe|$1|s|:1|");
    await client.ask("UNSUBSCRIBE d", "*3|$11|unsubscribe|$1|d|:2|");
    await toB();
    for (const [channel, heard] of Object.entries({ c: 1, d: 0, pp: 1 }))
      expect(await stage.onB.ask("PUBLISH", channel, "m")).to.equal(heard);
    expect(await stage.onB.ask("SPUBLISH", "s", "m")).to.equal(1);
    await client.expect(
      "*3|$7|message|$1|c|$1|m|*4|$8|pmessage|$2|p*|$2|pp|$1|m|*3|$8|smessage|$1|s|$1|m|",
    );
    await client.ask("PING", "*2|$4|pong|$0||");
    await client.ask("UNSUBSCRIBE", "*3|$11|unsubscribe|$1|c|:1|");
  });

  it("SUBSCRIBE in RESP3, among other requests", async () => {
    client.send("HELLO 3");
    await until(() => client.received.includes("modules"));
    client.received = "";
    client.send("SUBSCRIBE c", "INCR n");
    await client.expect(">3|$9|subscribe|$1|c|:1|:1|");
    await toB();
    expect(await stage.onB.ask("PUBLISH", "c", "m")).to.equal(1);
    await client.expect(">3|$7|message|$1|c|$1|m|");
    await client.ask("INCR n", ":1|");
  });

  it("scripts that clients use are known to the new upstream beforehand", async () => {
    client.send('EVAL "return 7" 0', 'EVAL "no script" 0');
    await until(() => /:7\r\n-ERR .*\r\n/.test(client.received));
    client.received = "";
    // The relay's own connection to the server may have been cut meanwhile.
    await stage.onB.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    await toB();
    await client.ask("EVALSHA 3906a3a6bb2d0f1fc6ae8f0e36bb0a1b7d48b3c3 0", NOSCRIPT);
    await client.ask(`EVALSHA ${SHA_OF_RETURN_7} 0`, ":7|");
    expect(stage.relay.stats().protocol).to.include({ unseenScripts: 1 });
  });

  it("requests that come during the hold are executed by the new upstream, in order", async () => {
    await stage.relay.hold({ deadlineMs: 5_000 });
    client.send("INCR n", "INCR n");
    client.send("INCR n");
    const late = await RawClient.open(stage.relay.address.port);
    late.send("PING");
    await stage.relay.switchTo(stage.b.address);
    expect(client.received + late.received).to.equal("");
    stage.relay.release();
    await client.expect(":1|:2|:3|");
    await late.expect("+PONG|");
    late.socket.destroy();
    expect(await stage.onA.ask("EXISTS", "n")).to.equal(0);
  });

  it("MONITOR cannot be carried: its client is closed and counted", async () => {
    await client.ask("MONITOR", "+OK|");
    const { held } = await toB();
    expect(held.closed).to.deep.equal({ monitor: 1 });
    await until(() => client.closed);
  });

  it("tracking redirected to another connection cannot be carried", async () => {
    client.send("CLIENT ID");
    await until(() => client.received.endsWith("\r\n"));
    const id = client.received.slice(1, -2);
    client.received = "";
    await client.ask(`CLIENT TRACKING ON REDIRECT ${id}`, "+OK|");
    const { held } = await toB();
    expect(held.closed).to.deep.equal({ redirect: 1 });
  });
});
