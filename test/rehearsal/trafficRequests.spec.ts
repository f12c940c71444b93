import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { HttpClient } from "../../rehearsal/traffic/requests.ts";

describe("rehearsal: what a client of the traffic knows of its request", () => {
  let server: Server;
  let url: string;
  let client: HttpClient;
  let requests: number;

  beforeEach(async () => {
    requests = 0;
    // The path is the status to answer with; /broken breaks the connection instead.
    server = createServer((incoming, outgoing) => {
      requests++;
      if (incoming.url === "/broken") incoming.socket.destroy();
      else outgoing.writeHead(Number(incoming.url!.slice(1))).end("{}");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    client = new HttpClient(url);
  });

  afterEach(async () => {
    await client.close();
    server.close();
  });

  for (const [status, outcome] of [
    [200, "acknowledged"],
    [202, "acknowledged"],
    [204, "acknowledged"],
    [404, "refused"],
    [429, "refused"],
    [500, "unknown"],
    [502, "unknown"],
    [503, "refused"],
    [504, "unknown"],
  ] as const) {
    it(`takes ${status} for ${outcome}`, async () => {
      const answer = await client.send("POST", `/${status}`, { n: 1 });
      expect(answer).to.include({ outcome, status });
    });
  }

  it("does not know after a broken connection, and does not send again", async () => {
    for (const method of ["POST", "PUT", "GET"] as const) {
      const answer = await client.send(method, "/broken", method === "GET" ? undefined : { n: 1 });
      expect(answer).to.include({ outcome: "unknown", status: undefined });
    }
    expect(requests).to.equal(3);
  });

  it("knows that a refused connection executed nothing", async () => {
    const nowhere = new HttpClient("http://127.77.255.254:9");
    const answer = await nowhere.send("POST", "/", { n: 1 });
    expect(answer).to.include({ outcome: "refused", failure: "ECONNREFUSED" });
    await nowhere.close();
  });
});
