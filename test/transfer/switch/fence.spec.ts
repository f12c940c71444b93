import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { expect } from "chai";
import { RedisConnection } from "../../../transfer/redis/connection.ts";
import { Fence, type FenceOptions } from "../../../transfer/switch/fence.ts";
import type { Connections } from "../../../transfer/switch/protocol.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";
import { rejection } from "../../support/rejection.ts";
import { until } from "../../support/until.ts";

const SENTINEL = { key: "godwit:sentinel:test", value: "1", ttlMs: 60_000 };
const LEASE_MS = 1_000;
/** Hosts of the loopback network: whoever binds one comes from there. */
const STRANGE = "127.0.0.9";
const RELAY = "127.0.0.8";

describe("The fence on a real server", () => {
  let server: RedisServer;
  let ours: RedisConnection;
  const fences: Fence[] = [];
  const clients: Client[] = [];

  before(async () => void (server = await startRedis("--protected-mode", "no")));
  after(() => server.stop());
  beforeEach(async () => void (ours = await RedisConnection.open(server.address)));
  afterEach(async () => {
    await ours.ask("CLIENT", "UNPAUSE");
    await ours.ask("FLUSHALL");
    ours.close();
    for (const each of fences.splice(0)) each.close();
    for (const each of clients.splice(0)) each.socket.destroy();
  });

  const open = async (options: Partial<FenceOptions> = {}) => {
    const { address } = server;
    const fence = await Fence.open({ address, relays: [RELAY], leaseMs: LEASE_MS, ...options });
    fences.push(fence);
    return fence;
  };
  const client = async (from: string, name?: string) => {
    const opened = await Client.open(server.address.port, from, name);
    clients.push(opened);
    return opened;
  };

  it("kills strangers, whatever they call themselves, and spares relays, our own and what was acknowledged", async () => {
    const [stranger, liar, relay] = [await client(STRANGE), await client("127.0.0.7", "godwit"), await client(RELAY)]; // prettier-ignore
    await stranger.ask("SET before 1", "+OK");
    const fence = await open();
    await fence.raise(SENTINEL);
    await until(() => stranger.closed && liar.closed);
    expect(relay.closed).to.equal(false);
    expect(fence.strangers).to.deep.equal({ count: 2, hosts: [STRANGE, "127.0.0.7"] });
    expect(String(await ours.ask("GET", "before"))).to.equal("1");
    expect(String(await ours.ask("GET", SENTINEL.key))).to.equal("1");
    expect(await fence.lift("nobody")).to.deep.equal({ unbroken: true });
  });

  it("does not count the service itself, which is on the server's machine; it kills it like the rest", async () => {
    const service = await client("127.0.0.1");
    const stranger = await client(STRANGE);
    const way = await wayFrom("127.0.0.4", server.address.port);
    const fence = await open({ address: way.address });
    await fence.raise(SENTINEL);
    await until(() => stranger.closed);
    await fence.lift("clients");
    await until(() => service.closed);
    expect(fence.strangers).to.deep.equal({ count: 1, hosts: [STRANGE] });
    fence.close();
    way.close();
    // It was one of the rest.
    ours = await RedisConnection.open(server.address);
  });

  it("names five hosts of strangers at most and counts them all", async () => {
    for (const host of [11, 12, 13, 14, 15, 16]) await client(`127.0.0.${host}`);
    const fence = await open();
    await fence.raise(SENTINEL);
    expect(fence.strangers.count).to.equal(6);
    expect(fence.strangers.hosts).to.have.length(5);
  });

  it("lets a write wait and, lifted with killing, never run; a relay's and a stranger's alike", async () => {
    const fence = await open();
    await fence.raise(SENTINEL);
    const [relay, stranger] = [await client(RELAY), await client(STRANGE)];
    relay.socket.write("SET queued relay\r\n");
    stranger.socket.write("SET queued stranger\r\n");
    await until(async () => (await blocked(ours)) === 2);
    expect(await fence.lift("clients")).to.deep.equal({ unbroken: true });
    await until(() => relay.closed && stranger.closed);
    expect(await ours.ask("EXISTS", "queued")).to.equal(0);
    expect(fence.strangers).to.deep.equal({ count: 1, hosts: [STRANGE] });
  });

  it("spares a relay's connections that are idle, and kills the others from its host", async () => {
    const [idle, other] = [await client(RELAY), await client(RELAY)];
    const elsewhere = await client(STRANGE);
    const fence = await open();
    await fence.raise(SENTINEL);
    other.socket.write("SET queued relay\r\n");
    await until(async () => (await blocked(ours)) === 1);
    const port = idle.socket.localPort!;
    const told: Connections[] = [
      { [RELAY]: [port] },
      { "127.0.0.7": [elsewhere.socket.localPort!] },
    ];
    expect(await fence.lift("clients", told)).to.deep.equal({ unbroken: true });
    await until(() => other.closed && elsewhere.closed);
    expect(await ours.ask("EXISTS", "queued")).to.equal(0);
    await idle.ask("PING", "+PONG");
  });

  it("kills who came after it was opened only when it is lifted", async () => {
    const fence = await open();
    const late = await client(STRANGE);
    await fence.raise(SENTINEL);
    await late.ask("GET any", "$-1");
    await fence.lift("clients");
    await until(() => late.closed);
    expect(fence.strangers).to.deep.equal({ count: 1, hosts: [STRANGE] });
  });

  it("lets what waits run when the traffic stays", async () => {
    const fence = await open();
    await fence.raise(SENTINEL);
    const relay = await client(RELAY);
    relay.socket.write("SET queued relay\r\n");
    await until(async () => (await blocked(ours)) === 1);
    await fence.lift("nobody");
    await relay.expect("+OK");
  });

  it("kills a predecessor's connections too when told to kill everyone", async () => {
    const fence = await open();
    await fence.lift("everyone");
    expect(await rejection(ours.ask("PING"))).to.match(/closed/);
    ours = await RedisConnection.open(server.address);
  });

  it("says that it was broken when the lease ended before it was lifted", async () => {
    const lost: Error[] = [];
    const fence = await open({ leaseMs: 30, onLost: (error) => lost.push(error) });
    await fence.raise(SENTINEL);
    await client(RELAY).then((relay) => relay.ask("SET late 1", "+OK"));
    expect(await fence.lift("clients")).to.deep.equal({ unbroken: false });
    expect(lost).to.deep.equal([]);
  });

  it("holds as long as it is renewed and refuses to renew what has lapsed", async () => {
    const fence = await open({ leaseMs: 60 });
    const begun = performance.now();
    await fence.raise(SENTINEL);
    const relay = await client(RELAY);
    relay.socket.write("SET queued relay\r\n");
    while (performance.now() - begun < 150) {
      await fence.renew();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(relay.received).to.equal("");
    await relay.expect("+OK");
    expect(String(await rejection(fence.renew()))).to.match(/has lapsed/);
  });

  it("tells that it is lost when its connection is killed, and when its server becomes a replica", async () => {
    for (const breaks of [
      ["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"],
      ["REPLICAOF", "127.0.0.1", "1"],
    ]) {
      const lost = new Promise<Error>((resolve) => void open({ onLost: resolve }));
      await until(async () => String(await ours.ask("CLIENT", "LIST")).includes("cmd=info"));
      await ours.ask(...breaks);
      expect((await lost).message).to.match(/closed the connection|is a slave now/);
    }
    expect(String(await rejection(open()))).to.match(/is a slave now/);
    await ours.ask("REPLICAOF", "NO", "ONE");
  });

  it("says what it needs when the server refuses to pause", async () => {
    await ours.ask("ACL", "SETUSER", "weak", "on", "nopass", "~*", "+@all", "-client|pause");
    const weak = { ...server.address, username: "weak", password: "any" };
    const fence = await open({ address: weak });
    expect(String(await rejection(fence.raise(SENTINEL)))).to.match(
      /refused to pause writes.*needs Redis 6\.2 or newer/,
    );
  });
});

/** A way to the server by another host: the server sees who takes it come from there. */
async function wayFrom(localAddress: string, port: number) {
  const host = "127.0.0.1";
  const sockets: Socket[] = [];
  const way = createServer((near) => {
    const far = connect({ host, port, localAddress });
    near.pipe(far).pipe(near);
    sockets.push(near, far);
  }).listen(0, host);
  await once(way, "listening");
  const close = () => {
    way.close();
    for (const socket of sockets) socket.destroy();
  };
  return { address: { host, port: (way.address() as AddressInfo).port }, close };
}

async function blocked(connection: RedisConnection): Promise<number> {
  const info = String(await connection.ask("INFO", "clients"));
  return Number(/blocked_clients:(\d+)/.exec(info)?.[1]);
}

/** A client from a host of its own. */
class Client {
  received = "";
  closed = false;
  readonly socket: Socket;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes) => (this.received += bytes.toString()));
    socket.on("error", () => {}); // Being killed is what these are for.
    socket.on("close", () => (this.closed = true));
  }

  static async open(port: number, from: string, name?: string): Promise<Client> {
    const socket = connect({ host: "127.0.0.1", port, localAddress: from });
    const client = new Client(socket);
    await once(socket, "connect");
    await client.ask(name ? `CLIENT SETNAME ${name}` : "PING", name ? "+OK" : "+PONG");
    return client;
  }

  async ask(line: string, answer: string): Promise<void> {
    this.socket.write(`${line}\r\n`);
    await this.expect(answer);
  }

  async expect(answer: string): Promise<void> {
    await until(() => this.received.length > answer.length);
    expect(this.received).to.equal(`${answer}\r\n`);
    this.received = "";
  }
}
