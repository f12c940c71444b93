import { expect } from "chai";
import { otherClients } from "../../../transfer/redis/info.ts";
import { Stage } from "./support.ts";

describe("a relay's node that holds", () => {
  let stage: Stage;

  before(async () => {
    stage = await Stage.set();
    // A user without a password is let in with any.
    stage.token = "one";
  });
  afterEach(() => stage.clear());
  after(() => stage.stop());

  it("tells which connections are idle, as the server sees them", async () => {
    const node = await stage.serving();
    const driver = stage.driver(node);
    const clients = [stage.client(node), stage.client(node)];
    await Promise.all(clients.map((client) => client.ping()));
    await driver.ask({ type: "hold", epoch: 2 }, "held");
    const seen = (await otherClients(stage.onSource)).map(({ addr }) => addr);
    const idle = driver.told.flatMap((told) => (told.type === "held" ? [told.idle!] : []));
    expect(Object.keys(idle[0]!)).to.deep.equal(["127.0.0.1"]);
    expect(idle[0]!["127.0.0.1"]).to.have.length(2);
    expect(seen).to.include.members(idle[0]!["127.0.0.1"]!.map((port) => `127.0.0.1:${port}`));
  });
});
