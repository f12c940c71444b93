import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { expect } from "chai";
import type { ServerDirectory } from "../../rehearsal/clouds/world.ts";
import { BypassProbe } from "../../rehearsal/traffic/bypassProbe.ts";
import { onFence } from "../../rehearsal/traffic/fence.ts";
import type { Server as Place } from "../../rehearsal/traffic/messages.ts";
import { until } from "./trafficWorld.ts";

describe("what tries to get past the fence", () => {
  let server: Server;
  let place: Place;
  let tries: number;
  let fenced: boolean;

  before(async () => {
    server = createServer((socket) => {
      tries++;
      socket.on("error", () => {});
      if (fenced) socket.resetAndDestroy();
      else socket.end("+PONG\r\n");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    place = { host: "127.0.0.1", port: (server.address() as AddressInfo).port };
  });
  beforeEach(() => {
    tries = 0;
    fenced = true;
  });
  after(() => server.close());

  it("does nothing without a fence", () => {
    expect(new BypassProbe().figures()).to.equal(undefined);
  });

  it("counts who was refused, and not what gets in when the fence is gone", async () => {
    const probe = new BypassProbe();
    probe.follow(place);
    await until("two refusals", () => (probe.figures()?.refused ?? 0) > 1);
    fenced = false;
    probe.follow(undefined);
    const { fencedSince, refused, reached } = probe.figures()!;
    expect(Date.now() - Date.parse(fencedSince)).to.be.within(0, 5_000);
    expect(refused).to.be.within(2, tries);
    expect(reached).to.equal(0);
  });

  it("counts every answer as a hole", async () => {
    fenced = false;
    const probe = new BypassProbe();
    probe.follow(place);
    await until("a hole", () => probe.figures()!.reached > 0);
    probe.stop();
    expect(probe.figures()!.refused).to.equal(0);
  });

  it("is told when the rules begin to keep its address out, and when they end to", async () => {
    const told: (Place | undefined)[] = [];
    let change!: () => Promise<void> | void;
    const nodes = [{ host: "127.77.1.10", port: 6379 }];
    const machines = {
      place: async () => {},
      remove: async () => {},
      reaches: () => !fenced,
      onChange: (act: typeof change) => {
        change = act;
        return () => {};
      },
    };
    const servers = { list: () => [], of: () => nodes } as unknown as ServerDirectory;
    fenced = false;
    onFence({ machines, servers }, "127.77.1.30", (at) => told.push(at));
    for (const now of [false, true, true, false]) {
      fenced = now;
      await change();
    }
    expect(told).to.deep.equal([nodes[0], undefined]);
  });
});
