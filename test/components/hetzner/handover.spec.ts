import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { RealProgram } from "../../support/realProgram.ts";
import { until } from "../../support/until.ts";

const script = fileURLToPath(
  new URL("../../../components/hetzner/machines/handover.py", import.meta.url),
);
const KEY = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
const OTHER_KEY = "aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3A=";
/** Machines are told apart by the address they come from; loopback has as many as are needed. */
const [HUB, WORKER, DATABASE, STRANGER] = [
  "127.66.0.10",
  "127.66.0.31",
  "127.66.0.20",
  "127.66.0.99",
];

// It runs on machines of Ubuntu, which have Python.
const python = new RealProgram("python3");

/** A program that says how it was called, and answers as the real one would. */
const FAKE_K3S = `#!/bin/sh
echo "k3s $*" >> "$CALLS"
case "$*" in
  "token create"*) echo K10abc::one.two ;;
  *"get secret"*) test -e "$READY" && echo '{"data":{"app-password":"cGFzcw=="}}' ;;
  *apply*) cat >> "$CALLS" ;;
esac
`;
const FAKE_WG = `#!/bin/sh
echo "wg $*" >> "$CALLS"
case "$*" in *public-key) printf %s "$HUB_KEY" ;; esac
`;

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, HUB, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

python.describe("the handover of a control plane", () => {
  const folder = mkdtempSync(join(tmpdir(), "godwit-handover-"));
  const calls = join(folder, "calls");
  const ready = join(folder, "ready");
  let ports: { enrolPort: number; handoverPort: number };
  let running: ChildProcess;

  const ask = (from: string, port: number, method: string, path: string, body = "") =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const headers = { "content-length": Buffer.byteLength(body) };
      const options = { host: HUB, port, method, path, headers, localAddress: from };
      const sent = request(options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      });
      sent.on("error", reject).end(body);
    });
  const enrol = (from: string, key: string) => ask(from, ports.enrolPort, "PUT", "/", key);
  const handed = (from: string, method: string, path: string, body?: string) =>
    ask(from, ports.handoverPort, method, path, body);
  const called = () => readFileSync(calls, "utf8");

  const launch = async () => {
    const environment = { CALLS: calls, READY: ready, HUB_KEY: OTHER_KEY };
    const PATH = `${join(folder, "bin")}:${process.env["PATH"]}`;
    running = spawn("python3", [script, join(folder, "handover.json")], {
      env: { ...process.env, ...environment, PATH },
      stdio: "ignore",
    });
    const answers = (asked: Promise<unknown>) =>
      asked.then(
        () => true,
        () => false,
      );
    await until(() => answers(handed(STRANGER, "GET", "/")));
    await until(() => answers(enrol(STRANGER, KEY)));
  };
  const stop = async () => {
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGKILL");
    await ended;
  };

  before(async () => {
    mkdirSync(join(folder, "bin"));
    for (const [name, text] of [
      ["k3s", FAKE_K3S],
      ["wg", FAKE_WG],
    ] as const) {
      writeFileSync(join(folder, "bin", name), text);
      chmodSync(join(folder, "bin", name), 0o755);
    }
    writeFileSync(calls, "");
    ports = { enrolPort: await freePort(), handoverPort: await freePort() };
    const peers = {
      [WORKER]: { name: "acme-worker-1", role: "worker", tunnel: WORKER },
      [DATABASE]: { name: "acme-database", role: "database", tunnel: DATABASE },
    };
    const config = { privateAddress: HUB, tunnelAddress: HUB, ...ports, peers };
    writeFileSync(
      join(folder, "handover.json"),
      JSON.stringify({ ...config, state: join(folder, "peers") }),
    );
    await launch();
  });
  after(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("lets in a machine that it expects, and tells it the hub's key", async () => {
    expect(await enrol(WORKER, KEY)).to.deep.equal({ status: 200, text: OTHER_KEY });
    expect(called()).to.include(`wg set wg0 peer ${KEY} allowed-ips ${WORKER}/32`);
  });

  it("says the same to the same key, and refuses another one from that address", async () => {
    expect((await enrol(WORKER, KEY)).status).to.equal(200);
    const refused = await enrol(WORKER, OTHER_KEY);
    expect(refused.status).to.equal(409);
    expect(refused.text).to.include(join(folder, "peers", WORKER));
    expect(called()).not.to.include(`peer ${OTHER_KEY}`);
  });

  it("refuses an address that is none of the cluster's, and what is no key", async () => {
    expect((await enrol(STRANGER, KEY)).status).to.equal(403);
    expect((await enrol(DATABASE, "x allowed-ips 0.0.0.0/0")).status).to.equal(400);
    expect(called()).not.to.include("0.0.0.0/0");
  });

  it("gives a worker a token that lasts for minutes, and nobody else", async () => {
    expect(await handed(WORKER, "GET", "/token")).to.deep.equal({
      status: 200,
      text: "K10abc::one.two",
    });
    expect(called()).to.include("k3s token create --ttl 15m --description acme-worker-1");
    expect((await handed(DATABASE, "GET", "/token")).status).to.equal(403);
    expect((await handed(STRANGER, "GET", "/token")).status).to.equal(403);
  });

  it("gives the database its secrets once they are there, and nobody else", async () => {
    expect((await handed(DATABASE, "GET", "/secrets")).status).to.equal(404);
    writeFileSync(ready, "");
    const { status, text } = await handed(DATABASE, "GET", "/secrets");
    expect(status).to.equal(200);
    expect(JSON.parse(text)).to.deep.equal({ "app-password": "cGFzcw==" });
    expect((await handed(WORKER, "GET", "/secrets")).status).to.equal(403);
  });

  it("publishes the database's certificate", async () => {
    expect((await handed(DATABASE, "PUT", "/certificate", "-----BEGIN")).status).to.equal(200);
    expect(called()).to.include('"name": "database-ca"').and.to.include("-----BEGIN");
    expect((await handed(WORKER, "PUT", "/certificate", "-----BEGIN")).status).to.equal(403);
  });

  it("lets in again, after a restart, whom it knew", async () => {
    await stop();
    writeFileSync(calls, "");
    await launch();
    expect(called()).to.include(`wg set wg0 peer ${KEY} allowed-ips ${WORKER}/32`);
    expect((await enrol(WORKER, OTHER_KEY)).status).to.equal(409);
  });
});
