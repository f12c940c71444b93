import { once } from "node:events";
import { connect as connectPlain, type AddressInfo, type Socket } from "node:net";
import { connect, createServer, type TLSSocket } from "node:tls";
import { expect } from "chai";
import type { Message } from "../../../../transfer/switch/protocol.ts";
import { CHANNEL, IDENTITY } from "../../../../transfer/relayNode/control/channel.ts";
import { ControlClient } from "../../../../transfer/relayNode/control/client.ts";
import { ControlServer } from "../../../../transfer/relayNode/control/server.ts";
import type { Refusal } from "../../../../transfer/relayNode/control/refusals.ts";
import type { NodeStatus } from "../../../../transfer/relayNode/status.ts";
import { rejection } from "../../../support/rejection.ts";
import { until } from "../../../support/until.ts";

const KEY = Buffer.alloc(32, 7);
const OTHER_KEY = Buffer.alloc(32, 8);
const HELLO = '{"type":"hello","relay":"relay-1"}\n';

describe("the control channel", () => {
  let server: ControlServer;
  const heard: Message[] = [];
  const log: string[] = [];
  const open: { close(): unknown }[] = [];

  const start = (port = 0, helloWithinMs = 5_000) =>
    ControlServer.start({
      host: "127.0.0.1",
      port,
      key: KEY,
      helloWithinMs,
      handler: {
        name: "relay-1",
        message: (message) => heard.push(message),
        prepare: async (side) => {
          if (side === "source") throw new Error("the source is away");
          return { ready: 3, failed: 1 };
        },
        status: () => ({ name: "relay-1", phase: "serving" }) as NodeStatus,
      },
      log: (line) => log.push(line),
    });

  beforeEach(async () => {
    server = await start();
  });

  afterEach(async () => {
    for (const each of open.splice(0)) each.close();
    await server.close();
    heard.length = 0;
    log.length = 0;
  });

  const link = (name = "relay-1", key = KEY) => {
    const client = new ControlClient({ ...server.address, name, key });
    open.push(client);
    return client;
  };

  /** A peer that has the key and then says what it likes. */
  const peer = async (): Promise<TLSSocket> => {
    const socket = connect({
      ...CHANNEL,
      ...server.address,
      pskCallback: () => ({ identity: IDENTITY, psk: KEY }),
      checkServerIdentity: () => undefined,
    });
    socket.on("error", () => {});
    open.push({ close: () => socket.destroy() });
    await once(socket, "secureConnect");
    socket.resume();
    return socket;
  };

  const refused = (reason: Refusal) => server.refusals.counts[reason];

  it("carries messages both ways, and answers", async () => {
    const [one, other] = [link(), link()];
    const told: Message[] = [];
    for (const each of [one, other]) each.onMessage((message) => told.push(message));
    expect(await one.status()).to.include({ name: "relay-1", phase: "serving" });
    expect(await other.prepare("target")).to.deep.equal({ ready: 3, failed: 1 });
    expect(((await rejection(one.prepare("source"))) as Error).message).to.equal(
      "Relay relay-1 could not prepare for the source: the source is away.",
    );
    one.send({ type: "hold", epoch: 4 });
    other.send({ type: "decided", epoch: 4 });
    await until(() => heard.length === 2);
    expect(heard).to.have.deep.members([
      { type: "hold", epoch: 4 },
      { type: "decided", epoch: 4 },
    ]);
    server.broadcast({ type: "held", epoch: 4 });
    await until(() => told.length === 2);
    expect(told).to.deep.equal([
      { type: "held", epoch: 4 },
      { type: "held", epoch: 4 },
    ]);
  });

  it("refuses another key, counts it, and says so once without the key", async () => {
    for (let time = 0; time < 2; time++) {
      const { message } = (await rejection(link("relay-1", OTHER_KEY).status())) as Error;
      expect(message).to.match(/^Relay relay-1 cannot be reached at 127\.0\.0\.1:\d+: /);
    }
    await until(() => refused("key") >= 2);
    expect(log).to.deep.equal([
      "Refused a control connection from 127.0.0.1: it does not have the control key, or speaks no TLS.",
    ]);
    expect(server.connections).to.equal(0);
  });

  it("refuses who says that it is somebody else, and who speaks no TLS", async () => {
    const socket = connect({
      ...CHANNEL,
      ...server.address,
      pskCallback: () => ({ identity: "somebody", psk: KEY }),
      checkServerIdentity: () => undefined,
    });
    await closed(socket);
    const plain = connectPlain(server.address.port, "127.0.0.1");
    plain.write("GET / HTTP/1.1\r\n\r\n");
    await closed(plain.resume());
    expect(refused("key")).to.equal(2);
  });

  for (const [what, sent] of [
    ["a line that is no JSON", `${HELLO}hold 4\n`],
    ["an unknown type", `${HELLO}{"type":"release","epoch":4}\n`],
    ["a message that only relays send", `${HELLO}{"type":"held","epoch":4}\n`],
    ["an epoch that is no number", `${HELLO}{"type":"hold","epoch":"4"}\n`],
    ["one field too many", `${HELLO}{"type":"hold","epoch":4,"side":"target"}\n`],
    ["a line that is too long", `${HELLO}${"x".repeat(256 * 1024 + 1)}`],
    ["a message before the hello", `{"type":"hold","epoch":4}\n`],
  ] as const)
    it(`closes at ${what}, and heeds nothing of it`, async () => {
      const socket = await peer();
      socket.write(sent);
      await once(socket, "close");
      expect(refused("frame")).to.equal(1);
      expect(heard).to.deep.equal([]);
    });

  it("heeds what came before the line that is wrong, in the same packet", async () => {
    const socket = await peer();
    socket.write(`${HELLO}{"type":"hold","epoch":4}\nnonsense\n`);
    await once(socket, "close");
    expect(heard).to.deep.equal([{ type: "hold", epoch: 4 }]);
  });

  it("closes a driver that means another relay", async () => {
    const { message } = (await rejection(link("relay-2").status())) as Error;
    expect(message).to.match(/^Relay relay-2 cannot be reached/);
    expect(refused("name")).to.be.above(0);
  });

  it("closes who has the key and says nothing", async () => {
    await server.close();
    server = await start(0, 20);
    await once(await peer(), "close");
    expect(refused("silent")).to.equal(1);
    expect(log[0]).to.match(/it said nothing/);
  });

  it("serves 16 and refuses the next", async () => {
    const links = Array.from({ length: 16 }, () => link());
    await Promise.all(links.map((each) => each.status()));
    await rejection(link().status());
    expect(refused("limit")).to.be.above(0);
    links[0]!.close();
    await until(() => server.connections < 16);
    await until(() => server.connections === 16);
  });

  it("a driver comes back by itself, drops messages meanwhile, and fails what it had asked", async () => {
    const client = link();
    await client.status();
    const { port } = server.address;
    await server.close();
    expect(((await rejection(client.status())) as Error).message).to.match(
      /^Relay relay-1 cannot be reached at 127\.0\.0\.1:\d+: .*\.$/,
    );
    client.send({ type: "hold", epoch: 1 });
    server = await start(port);
    await until(() => server.connections === 1);
    expect(await client.status()).to.include({ name: "relay-1" });
    client.send({ type: "hold", epoch: 2 });
    await until(() => heard.length > 0);
    expect(heard).to.deep.equal([{ type: "hold", epoch: 2 }]);
  });

  it("a driver that is refused learns that its key is another one", async () => {
    const { message } = (await rejection(link("relay-1", OTHER_KEY).status())) as Error;
    expect(message).to.match(/it has another control key/);
  });

  it("a driver gives a connection up that nothing comes through, and opens another", async () => {
    const links: TLSSocket[] = [];
    const mute = createServer({ ...CHANNEL, pskCallback: () => KEY }, (socket) => {
      links.push(socket.resume());
      socket.on("error", () => {});
    }).listen(0, "127.0.0.1");
    open.push(mute);
    await once(mute, "listening");
    const { port } = mute.address() as AddressInfo;
    const address = { name: "relay-1", host: "127.0.0.1", port, key: KEY, statusWithinMs: 30 };
    const client = new ControlClient(address);
    open.push(client);
    const { message } = (await rejection(client.status())) as Error;
    expect(message).to.match(/it did not answer within 30 ms\.$/);
    await until(() => links.length === 2);
  });

  it("a link that was closed asks nothing any more", async () => {
    const client = link();
    const asked = rejection(client.status());
    client.close();
    expect(((await asked) as Error).message).to.match(/cannot be reached/);
    expect(((await rejection(client.status())) as Error).message).to.match(/the link was closed/);
  });
});

/** Resolves when a connection is gone, for whatever reason. */
async function closed(socket: Socket): Promise<void> {
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("close", resolve));
}
