import { once } from "node:events";
import { connect } from "node:net";
import { expect } from "chai";
import { beginRecord, relays, type RelayLook } from "../../../runbooks/jobs/relays.ts";
import { strangers } from "../../../runbooks/jobs/strangers.ts";
import { DecisionRecord } from "../../../transfer/switch/record.ts";
import { until } from "../../support/until.ts";
import { JobStage } from "./jobStage.ts";

describe("jobs that look at relays and their clients", () => {
  let stage: JobStage;
  before(async () => {
    stage = await JobStage.set();
  });
  after(() => stage.strike());

  const looks = async (reference = stage.relays): Promise<readonly RelayLook[]> => {
    const { relays: seen } = await stage.call(relays, { relays: reference });
    return seen as unknown as readonly RelayLook[];
  };

  it("begins the record, once; relays serve the source from then on", async () => {
    const node = await stage.startRelay();
    expect((await looks())[0]).to.include({ name: "relay-1", phase: "booting", clients: 0 });
    const both = { ...stage.ends, relays: stage.relays };
    expect(await stage.call(beginRecord, both)).to.include({ side: "source" });
    await until(() => node.status().phase === "serving");
    await stage.client().set("through", "the relay");
    expect((await looks())[0]).to.include({ phase: "serving", side: "source", clients: 1 });
  });

  it("leaves a record alone that is further on", async () => {
    const { address } = stage.servers.target;
    const record = new DecisionRecord({ move: "acme", replicas: 0, address: () => address });
    const { epoch } = (await record.read())!;
    await record.settle(epoch + 1, "target");
    record.close();
    const both = { ...stage.ends, relays: stage.relays };
    expect(await stage.call(beginRecord, both)).to.include({ side: "target" });
  });

  it("names a relay that cannot be reached, and looks at the others", async () => {
    const { nodes, ...reference } = stage.relays;
    const lost = { name: "relay-2", address: "127.0.0.99" };
    const [first, second] = await looks({ ...reference, nodes: [...nodes, lost] });
    expect(first).to.include({ name: "relay-1", address: "127.0.0.1" });
    expect(second).to.include(lost);
    expect(second).to.have.property("unreachable").that.contains("127.0.0.99");
  });

  describe("who bypasses the relays", () => {
    /** A client from another address of this machine. */
    async function from(localAddress: string, name: string) {
      const { host, port } = stage.servers.source.address;
      const socket = connect({ host, port, localAddress });
      socket.write(`CLIENT SETNAME ${name}\r\n`);
      await once(socket, "data");
      return socket;
    }

    const strangersBeside = (relayAddresses: readonly string[]) =>
      stage.call(strangers, { server: stage.ends["source"]!, relays: relayAddresses });

    it("is told with address and name, also who calls itself as the mover does", async () => {
      const sockets = [await from("127.0.0.5", "cron"), await from("127.0.0.6", "godwit-lane")];
      const found = await strangersBeside(["127.0.0.1"]);
      expect(found["strangers"]).to.equal(2);
      expect(found["clients"]).to.match(
        /127\.0\.0\.5:\d+ \(cron\) .*127\.0\.0\.6:\d+ \(godwit-lane\)/,
      );
      expect(await strangersBeside(["127.0.0.1", "127.0.0.5", "127.0.0.6"])).to.deep.equal({
        strangers: 0,
        clients: "nobody",
      });
      for (const socket of sockets) socket.destroy();
    });
  });
});
