import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { expect } from "chai";
import { Redis } from "ioredis";
import { redisOptions } from "../../appkit/redis.ts";

describe("appkit: redisOptions", () => {
  it("connects in plaintext when only a host is given", () => {
    const options = redisOptions({ REDIS_HOST: "redis.acme.internal" });
    expect(options).to.include({ host: "redis.acme.internal", port: 6379 });
    expect(options).to.not.have.any.keys("tls", "password");
  });

  it("verifies the group's own name, not the alias it connects to", () => {
    const { host, tls, password } = redisOptions({
      REDIS_HOST: "redis.acme.internal",
      REDIS_PORT: "6380",
      REDIS_TLS_ENABLED: "true",
      REDIS_TLS_SERVERNAME: "master.acme.use1.cache.amazonaws.com",
      REDIS_AUTH_TOKEN: "token",
    });
    expect(host).to.equal("redis.acme.internal");
    expect(password).to.equal("token");
    expect(tls).to.deep.equal({
      servername: "master.acme.use1.cache.amazonaws.com",
      minVersion: "TLSv1.2",
      rejectUnauthorized: true,
    });
  });

  it("verifies the host's name when no other is given", () => {
    const { tls } = redisOptions({ REDIS_HOST: "master.acme", REDIS_TLS_ENABLED: "true" });
    expect(tls).to.include({ servername: "master.acme" });
  });

  it("refuses a token that would cross the network in plain text, without telling it", () => {
    const env = { REDIS_HOST: "redis", REDIS_AUTH_TOKEN: "s3cret-value" };
    expect(() => redisOptions(env))
      .to.throw(/REDIS_AUTH_TOKEN would cross the network in plain text/)
      .with.property("message")
      .that.does.not.include("s3cret-value");
  });

  for (const [problem, env] of [
    ["REDIS_HOST is missing", {}],
    ["REDIS_HOST must be a bare host name", { REDIS_HOST: "redis://redis:6379" }],
    ["REDIS_PORT must be a port number", { REDIS_HOST: "redis", REDIS_PORT: "six" }],
    ["REDIS_PORT must be between", { REDIS_HOST: "redis", REDIS_PORT: "70000" }],
    ['REDIS_TLS_ENABLED must be "true" or "false"', { REDIS_HOST: "r", REDIS_TLS_ENABLED: "yes" }],
    ["REDIS_AUTH_TOKEN must not be empty", { REDIS_HOST: "redis", REDIS_AUTH_TOKEN: "" }],
  ] as const) {
    it(`says "${problem}"`, () => {
      expect(() => redisOptions(env)).to.throw(problem);
    });
  }

  describe("with a server that breaks the connection instead of answering", () => {
    let server: Server;
    let redis: Redis;
    let received: string[];

    beforeEach(async () => {
      received = [];
      server = createServer((socket) => answerUntilIncr(socket, received));
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as { port: number };
      redis = new Redis({
        ...redisOptions({ REDIS_HOST: "127.0.0.1", REDIS_PORT: String(port) }),
        enableReadyCheck: false,
        disableClientInfo: true,
        protocol: 2,
      });
      redis.on("error", () => {});
      await once(redis, "ready");
    });

    afterEach(() => {
      redis.disconnect();
      server.close();
    });

    it("rejects the command at once and never sends it again", async () => {
      const outcome = await redis.incr("n").then(
        () => "answered",
        (error: Error) => error.message,
      );
      expect(outcome).to.match(/Reached the max retries/);
      await once(redis, "ready");
      expect(await redis.ping()).to.equal("PONG");
      expect(received.filter((text) => text.includes("incr"))).to.have.length(1);
    });
  });
});

/** Answers PONG to everything but INCR, at which it closes the connection. */
function answerUntilIncr(socket: Socket, received: string[]): void {
  socket.on("error", () => {});
  socket.on("data", (data) => {
    const text = data.toString().toLowerCase();
    received.push(text);
    if (text.includes("incr")) socket.destroy();
    else socket.write("+PONG\r\n");
  });
}
