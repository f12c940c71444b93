import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect } from "chai";
import { DEFAULT_TIMING, other, type Timing } from "../../../transfer/switch/protocol.ts";
import { Stage } from "./support/stage.ts";

const CONNECTIONS = 10_000;
/** As many as find room where connections wait to be accepted. */
const AT_ONCE = 100;
/** Nothing is lost by waiting longer than a driver does by default, and a busy machine needs it. */
const PATIENT: Timing = { ...DEFAULT_TIMING, driverMs: 5_000, relayMs: 10_000, leaseMs: 10_000 };
/** Against hanging only. */
const MOST_MS = 300_000;

describe("A switch with thousands of connections", function () {
  this.timeout(MOST_MS);
  let stage: Stage;
  const sockets: Socket[] = [];

  before(async () => void (stage = await Stage.set(PATIENT)));
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await stage?.stop();
  });

  it("takes 10,000 connections there and back, closes none and loses nothing", async function () {
    for (let opened = 0; opened < CONNECTIONS; opened += AT_ONCE) await openSome();
    await everyoneIsAnswered();
    const there = await stage.moveTo(other(await stage.owner()));
    await everyoneIsAnswered();
    await stage.checkOwner();
    const back = await stage.moveTo(other(await stage.owner()));
    await everyoneIsAnswered();
    await stage.checkOwner();
    await stage.checkEqual();
    expect(sockets.filter(({ destroyed }) => destroyed)).to.deep.equal([]);
    this.test!.title += ` (held ${there.heldMs.toFixed(0)} and ${back.heldMs.toFixed(0)} ms)`;
  });

  async function openSome(): Promise<void> {
    const some = Array.from({ length: AT_ONCE }, (_, index) =>
      connect({ host: "127.0.0.1", port: stage.relayPorts[index % 2]!.port }),
    );
    sockets.push(...some);
    await Promise.all(some.map((socket) => once(socket, "connect")));
  }

  async function everyoneIsAnswered(): Promise<void> {
    const answers = sockets.map((socket) => once(socket, "data"));
    for (const socket of sockets) socket.write("PING\r\n");
    await Promise.all(answers);
  }
});
