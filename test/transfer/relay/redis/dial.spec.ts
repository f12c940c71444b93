import { expect } from "chai";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { createAuthority } from "../../../../rehearsal/twin/authority.ts";
import type { RedisAddress } from "../../../../transfer/redis/connection.ts";
import { dial, type DialEvents } from "../../../../transfer/relay/redis/dial.ts";
import { until } from "../support.ts";

const ROUNDS = 20;

describe("a dialled connection of the Redis relay", () => {
  const dir = mkdtempSync(join(tmpdir(), "godwit-dial-"));
  const servers: Server[] = [];
  const sockets: Socket[] = [];

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  async function listen(server: Server): Promise<number> {
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  function open(address: RedisAddress, events: DialEvents): Socket {
    const socket = dial(address, events);
    sockets.push(socket);
    return socket;
  }

  it("what was received stays as it was while all connections go on reading", async () => {
    // Sends back what it is sent.
    const server = createServer((socket) => socket.pipe(socket));
    const address = { host: "127.0.0.1", port: await listen(server) };
    const letters = [..."abcdef"];
    const received = letters.map((): Buffer[] => []);
    const total = () => received.flat().reduce((sum, { length }) => sum + length, 0);
    const opened = letters.map((_, at) =>
      open(address, { ready: () => {}, received: (chunk) => received[at]!.push(chunk) }),
    );
    for (let round = 1; round <= ROUNDS; round++) {
      opened.forEach((socket, at) => socket.write(letters[at]!.repeat(round)));
      await until(() => total() === (letters.length * round * (round + 1)) / 2);
    }
    const texts = received.map((chunks) => Buffer.concat(chunks).toString("latin1"));
    expect(texts).to.deep.equal(letters.map((one) => one.repeat((ROUNDS * (ROUNDS + 1)) / 2)));
  });

  it("TLS: reads the authorities once, resumes the session of the one before", async () => {
    const authority = await createAuthority(dir);
    const files = await authority.issue("redis", { names: ["redis.test"] });
    const server = createTlsServer({
      cert: readFileSync(files.certFile),
      key: readFileSync(files.keyFile),
    });
    server.on("secureConnection", (socket) => socket.write("welcome"));
    let read = 0;
    const address: RedisAddress = {
      host: "127.0.0.1",
      port: await listen(server),
      tls: {
        servername: "redis.test",
        get ca() {
          read += 1;
          return readFileSync(authority.caFile, "utf8");
        },
      },
    };
    const resumed: boolean[] = [];
    for (let count = 0; count < 2; count++) {
      let text = "";
      const socket = open(address, {
        ready: () => resumed.push((socket as TLSSocket).isSessionReused()),
        received: (chunk) => (text += chunk.toString()),
      });
      await until(() => text === "welcome");
    }
    expect(resumed).to.deep.equal([false, true]);
    expect(read).to.equal(1);
  });
});
