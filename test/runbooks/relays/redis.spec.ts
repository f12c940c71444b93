import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Redis } from "ioredis";
import { freePort } from "../../../automation/engine/freePort.ts";
import { GodwitError } from "../../../automation/errors.ts";
import { createAuthority } from "../../../rehearsal/twin/authority.ts";
import { relayRedis } from "../../../runbooks/relays/redis.ts";
import { RedisConnection } from "../../../transfer/redis/connection.ts";
import { ControlClient } from "../../../transfer/relayNode/control/client.ts";
import { DecisionRecord } from "../../../transfer/switch/record.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";
import { rejection } from "../../support/rejection.ts";
import { startSecretsManager, type SecretsManager } from "../../support/secretsManager.ts";

/** An address of its own, since the ports are fixed. */
const HOST = "127.201.17.9";
const SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:";
const KEY = "0a".repeat(32);

describe("the relay of a move of a Redis", () => {
  let dir: string;
  let source: RedisServer;
  let target: RedisServer;
  let secrets: SecretsManager;
  let env: Record<string, string>;
  const log: string[] = [];

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "godwit-relay-"));
    const authority = await createAuthority(dir);
    const { certFile, keyFile } = await authority.issue("target", { names: ["localhost"] });
    const tlsPort = await freePort();
    [source, target, secrets] = await Promise.all([
      startRedis(),
      // prettier-ignore
      startRedis(
        "--tls-port", String(tlsPort), "--tls-cert-file", certFile, "--tls-key-file", keyFile,
        "--tls-ca-cert-file", authority.caFile, "--tls-auth-clients", "no",
      ),
      startSecretsManager(),
    ]);
    secrets.values.set(`${SECRET}token`, "token");
    secrets.values.set(`${SECRET}control`, KEY);
    env = {
      ...secrets.env,
      SSL_CERT_FILE: authority.caFile,
      GODWIT_RELAY_NAME: "relay-1",
      GODWIT_RELAY_LISTEN: HOST,
      GODWIT_RELAY_SOURCE: `127.0.0.1:${source.address.port}`,
      GODWIT_RELAY_TARGET: `localhost:${tlsPort}`,
      GODWIT_RELAY_TOKEN_SECRET: `${SECRET}token`,
      GODWIT_RELAY_CONTROL_SECRET: `${SECRET}control`,
      GODWIT_RELAY_MOVE: "sessions",
      GODWIT_RELAY_REPLICAS: "0",
      GODWIT_RELAY_UNTIL: new Date(Date.now() + 3_600_000).toISOString(),
      GODWIT_RELAY_MAX_CLIENTS: "100",
    };
    await RedisConnection.use(target.address, (on) =>
      on.ask("CONFIG", "SET", "requirepass", "token"),
    );
  });

  beforeEach(() => {
    log.length = 0;
  });

  after(async () => {
    secrets.close();
    await Promise.all([source.stop(), target.stop(), rm(dir, { recursive: true })]);
  });

  const start = (changes: Record<string, string> = {}, signal = new AbortController().signal) =>
    relayRedis({ env: { ...env, ...changes }, signal, log: (line) => log.push(line) });

  it("adds TLS and token on the way to the target, until it is told to stop", async () => {
    const address = { ...target.address, password: "token" };
    const record = new DecisionRecord({ move: "sessions", replicas: 0, address: () => address });
    await record.keep({ epoch: 0, side: "target" });
    record.close();
    const ending = new AbortController();
    const ended = start({}, ending.signal);
    const client = new Redis({ host: HOST, retryStrategy: () => 10 });
    client.on("error", () => {});
    await client.set("k", "1");
    expect(String(await RedisConnection.use(address, (on) => on.ask("GET", "k")))).to.equal("1");
    const key = Buffer.from(KEY, "hex");
    const link = new ControlClient({ name: "relay-1", host: HOST, port: 6380, key });
    expect(await link.status()).to.include({ side: "target", forwarding: "target" });
    link.close();
    expect((await fetch(`http://${HOST}:6381/healthz`)).status).to.equal(200);
    ending.abort();
    await ended;
    client.disconnect();
    expect(log.at(-1)).to.match(/^The relay was told to stop/);
    expect(log.join()).not.to.match(/token|0a0a/);
  });

  it("ends at its expiry and says so", async () => {
    await start({ GODWIT_RELAY_UNTIL: new Date(Date.now() + 200).toISOString() });
    expect(log.at(-1)).to.match(/^The relay's time was over at /);
  });

  it("is refused after its expiry, without listening", async () => {
    const error = await rejection(start({ GODWIT_RELAY_UNTIL: "2026-01-01T00:00:00Z" }));
    expect(error).to.be.instanceOf(GodwitError).with.property("exitCode", 4);
    expect((error as Error).message).to.equal(
      "This relay was to end at 2026-01-01T00:00:00.000Z, and that is over. It has not listened for clients. Deploy the application straight to the target; if the relay is still needed, set godwit:relayUntil to a later time and bring the stack up.",
    );
  });

  it("does not start with a control key that is none, and does not say what it is", async () => {
    secrets.values.set(`${SECRET}other`, "password1");
    const error = await rejection(start({ GODWIT_RELAY_CONTROL_SECRET: `${SECRET}other` }));
    expect((error as Error).message).to.match(/holds something else than a key/);
    expect((error as Error).message).not.to.include("password1");
  });
});
