import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";

const NETWORK = new URL("../../rehearsal/clouds/aws/ecsTaskNetwork.ts", import.meta.url);
const OWN = "127.0.0.9";

/** Listens in every way that programs use, and prints where that was. */
const PROGRAM = `
  const net = require("node:net");
  const listen = (...args) => new Promise((resolve) => {
    const server = net.createServer();
    server.listen(...args, () => { resolve(server.address().address); server.close(); });
  });
  Promise.all([
    listen({ host: "0.0.0.0", port: 0 }), listen({ port: 0 }), listen(0), listen(0, "0.0.0.0"), listen(0, "0.0.0.0", 511),
    listen({ host: "127.0.0.1", port: 0 }), listen(0, "127.0.0.1"),
  ]).then((addresses) => console.log(JSON.stringify(addresses)));
`;

describe("the network of a twin's machine", () => {
  it("gives what listens on every address the machine's own, and leaves its loopback alone", async () => {
    const args = ["--import", "tsx", "--import", fileURLToPath(NETWORK), "-e", PROGRAM];
    const env = { PATH: process.env["PATH"], TASK_LISTEN_ADDRESS: OWN };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    const [every, loopback] = [Array(5).fill(OWN), Array(2).fill("127.0.0.1")] as string[][];
    expect(JSON.parse(stdout)).to.deep.equal([...every!, ...loopback!]);
  });
});
