import { expect } from "chai";
import { Redis } from "ioredis";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createAuthority } from "../../../../rehearsal/twin/authority.ts";
import { RedisConnection, type RedisAddress } from "../../../../transfer/redis/connection.ts";
import { otherClients } from "../../../../transfer/redis/info.ts";
import { startRedisRelay } from "../../../../transfer/relay/redis.ts";
import { startRedis } from "../../../support/redisServer.ts";
import { RawClient, setStage, switchOver, until, type Stage } from "../support.ts";
import { freePort } from "../../../../automation/engine/freePort.ts";

const run = promisify(execFile);

describe("a client of a Redis relay", () => {
  let stage: Stage;
  const clients: Redis[] = [];

  before(async () => {
    stage = await setStage();
  });
  after(() => stage.stop());
  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    await until(() => stage.relay.stats().sessions === 0);
  });

  const openIoredis = () => {
    const client = new Redis(stage.relay.address);
    clients.push(client);
    return client;
  };
  const open = (allowHalfOpen = false) => RawClient.open(stage.relay.address.port, allowHalfOpen);

  it("may send inline commands, quoted, and empty lines", async () => {
    const client = await open();
    client.send("", 'SET "a key" "x\\x41\\n"', "  ", "GET 'a key'");
    await client.expect("+OK|$3|xA\n|");
    client.socket.destroy();
  });

  it("gets the server's own error for what is no request, and is closed by it", async () => {
    const client = await open();
    client.socket.write("*1\r\n$4\r\nPING\r\n*x\r\n");
    await until(() => client.closed);
    expect(client.received).to.match(/^\+PONG\r\n-ERR Protocol error/);
  });

  it("half-closed: gets all replies, then the end", async () => {
    const client = await open(true);
    client.send("SET k 1", "INCR k", "GET k");
    client.socket.end();
    await until(() => client.closed);
    expect(client.received).to.equal("+OK\r\n:2\r\n$1\r\n2\r\n");
  });

  it("half-closed during a hold: is served after it", async () => {
    const client = await open(true);
    await client.ask("SET k 1", "+OK|");
    await stage.relay.hold({ deadlineMs: 5_000 });
    client.send("INCR k");
    client.socket.end();
    stage.relay.release();
    await until(() => client.closed);
    expect(client.received).to.equal(":2\r\n");
  });

  it("QUIT", async () => {
    const client = await open();
    client.send("QUIT");
    await until(() => client.closed);
    expect(client.received).to.equal("+OK\r\n");
    expect(stage.relay.stats().closed).to.deep.equal({});
  });

  it("values of 16 MB pass both ways whole, in bounded memory, even to a slow reader", async () => {
    const client = openIoredis();
    const value = randomBytes(16 * 1024 * 1024);
    await client.set("big", value);
    const raw = await open();
    raw.socket.pause();
    raw.send("GET big");
    const got = await client.getBuffer("big");
    expect(digest(got!)).to.equal(digest(value));
    // Not read by the slow one: what the relay holds for it is a few socket buffers.
    expect(stage.relay.stats().bytesToClients).to.be.below(2 * value.length);
    raw.socket.destroy();
  });

  it("a pipeline of 10,000 with transactions and selects in it, in one write", async () => {
    const client = openIoredis();
    const pipeline = client.pipeline();
    for (let at = 0; at < 2_500; at++)
      pipeline
        .select(at % 3)
        .call("MULTI")
        .incr("count")
        .call("EXEC");
    const results = await pipeline.exec();
    expect(results).to.have.length(10_000);
    expect(results!.filter(([error]) => error)).to.deep.equal([]);
    const counts = await client.pipeline().select(0).get("count").select(1).get("count").exec();
    expect(counts!.map(([, reply]) => reply)).to.deep.equal(["OK", "834", "OK", "833"]);
  });

  it("redis-cli and redis-benchmark work unchanged", async () => {
    const port = String(stage.relay.address.port);
    const { stdout } = await run("redis-cli", ["-p", port, "-3", "SET", "k", "v"]);
    expect(stdout.trim()).to.equal("OK");
    // prettier-ignore
    await run("redis-benchmark", ["-p", port, "-n", "2000", "-c", "20", "-P", "8", "-q", "-t", "set,get,lpush,mset"]);
  });

  it("is refused beyond the limit, and may come again when another has left", async () => {
    const relay = await startRedisRelay({
      listen: { host: "127.0.0.1", port: 0 },
      upstream: stage.a.address,
      maxClients: 1,
    });
    const first = await RawClient.open(relay.address.port);
    await first.ask("PING", "+PONG|");
    const second = await RawClient.open(relay.address.port);
    await until(() => second.closed);
    expect(relay.stats().closed).to.deep.equal({ limit: 1 });
    first.socket.destroy();
    await until(() => relay.stats().sessions === 0);
    const third = await RawClient.open(relay.address.port);
    await third.ask("PING", "+PONG|");
    await relay.close();
  });

  it("is closed, unanswered, when the upstream cannot be reached", async () => {
    const relay = await startRedisRelay({
      listen: { host: "127.0.0.1", port: 0 },
      upstream: { host: "127.0.0.1", port: await freePort() },
    });
    const client = await RawClient.open(relay.address.port);
    client.send("SET k 1");
    await until(() => client.closed);
    expect(client.received).to.equal("");
    expect(relay.stats().closed).to.deep.equal({ upstream: 1 });
    await relay.close();
  });

  describe("with an upstream that wants TLS and a token", () => {
    const dir = mkdtempSync(join(tmpdir(), "godwit-relay-"));
    let secure: Awaited<ReturnType<typeof startRedis>>;
    let address: RedisAddress;

    before(async () => {
      const authority = await createAuthority(dir);
      const files = await authority.issue("redis", { names: ["redis.test"] });
      const port = await freePort();
      // prettier-ignore
      secure = await startRedis("--tls-port", String(port), "--tls-auth-clients", "no", "--tls-cert-file", files.certFile, "--tls-key-file", files.keyFile, "--tls-ca-cert-file", authority.caFile);
      const ca = readFileSync(authority.caFile, "utf8");
      address = {
        host: "127.0.0.1",
        port,
        password: "a token",
        tls: { servername: "redis.test", ca },
      };
      const plain = await RawClient.open(secure.address.port);
      await plain.ask('CONFIG SET requirepass "a token"', "+OK|");
      plain.socket.destroy();
    });
    after(async () => {
      await secure.stop();
      rmSync(dir, { recursive: true, force: true });
    });
    afterEach(() => switchOver(stage.relay, stage.a.address));

    it("both are added for a client that has neither, and again after RESET", async () => {
      const client = await open();
      await client.ask("SELECT 2", "+OK|");
      await stage.relay.prepare(address);
      await switchOver(stage.relay, address);
      client.send("SET k tls", "GET k", "RESET", "EXISTS k");
      await client.expect("+OK|$3|tls|+RESET|:0|");
      const late = await open();
      await late.ask("SELECT 2", "+OK|");
      await late.ask("GET k", "$3|tls|");
      for (const one of [client, late]) one.socket.destroy();
    });

    it("the token is told ahead, to a monitor's second connection, too, and no client sees the answer", async () => {
      const [client, monitor] = [await open(), await open()];
      await client.ask("PING", "+PONG|");
      await monitor.ask("MONITOR", "+OK|");
      expect(await stage.relay.prepare(address)).to.deep.equal({ ready: 2, failed: 0 });
      const onSecure = await RedisConnection.open(address);
      const last = (await otherClients(onSecure)).map(({ cmd }) => cmd);
      expect(last.filter((cmd) => cmd === "auth")).to.have.length(2);
      expect([client.received, monitor.received.includes("+OK")]).to.deep.equal(["", false]);
      onSecure.close();
      for (const one of [client, monitor]) one.socket.destroy();
    });

    it("values of 4 MB pass both ways whole", async () => {
      await stage.relay.prepare(address);
      await switchOver(stage.relay, address);
      const client = openIoredis();
      const value = randomBytes(4 * 1024 * 1024);
      await client.set("big", value);
      expect(digest((await client.getBuffer("big"))!)).to.equal(digest(value));
    });

    it("a wrong token or a certificate for another name: the switch rejects, nobody is served", async () => {
      const client = await open();
      await client.ask("PING", "+PONG|");
      for (const wrong of [
        { ...address, password: "wrong" },
        { ...address, tls: { ...address.tls!, servername: "other.test" } },
      ]) {
        await stage.relay.hold({ deadlineMs: 5_000 });
        const failed = await stage.relay.switchTo(wrong).then(
          () => "switched",
          (error: Error) => error.message,
        );
        expect(failed).to.match(/WRONGPASS|other\.test/);
        stage.relay.release();
        await client.ask("PING", "+PONG|");
      }
      client.socket.destroy();
    });
  });
});

function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
