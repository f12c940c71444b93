import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createAuthority } from "../../../rehearsal/twin/authority.ts";
import type { RedisAddress } from "../../../transfer/redis/connection.ts";
import { RefusedError } from "../../../transfer/redis/errors.ts";
import { openLane } from "../../../transfer/redis/lane.ts";
import { startRedis, type RedisServer } from "../../support/redisServer.ts";
import { rejection } from "../../support/rejection.ts";
import { startPair, tell, type Pair } from "./pair.ts";

const NAME = "cache.example.internal";

describe("lane into TLS", function () {
  this.timeout(20_000);
  let dir: string;
  let ca: string;
  let otherCa: string;
  let pair: Pair;
  let target: RedisAddress;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "godwit-tls-"));
    const authority = await createAuthority(join(dir, "a"));
    const other = await createAuthority(join(dir, "b"));
    [ca, otherCa] = await Promise.all([
      readFile(authority.caFile, "utf8"),
      readFile(other.caFile, "utf8"),
    ]);
    const { certFile, keyFile } = await authority.issue("target", { names: [NAME] });
    const tlsPort = await unusedPort();
    pair = await startPair({
      // prettier-ignore
      target: [
        "--tls-port", String(tlsPort), "--tls-cert-file", certFile, "--tls-key-file", keyFile,
        "--tls-ca-cert-file", authority.caFile, "--tls-auth-clients", "no",
      ],
    });
    await tell(pair.onTarget, ["ACL", "SETUSER", "mover", "on", ">token", "~*", "+@all"]);
    target = {
      host: "127.0.0.1",
      port: tlsPort,
      username: "mover",
      password: "token",
      tls: { servername: NAME, ca },
    };
  });
  after(async () => {
    await pair.stop();
    await rm(dir, { recursive: true });
  });

  const open = (more: Partial<RedisAddress>) =>
    openLane(pair.source.address, { ...target, ...more });

  it("copies with the right authority, name and token", async () => {
    await tell(pair.onSource, ["SET", "a", Buffer.alloc(200_000, "value")]);
    const lane = await open({});
    await lane.copy(0, [Buffer.from("a")]);
    lane.close();
    const { source, target } = await pair.digests();
    expect(target).to.equal(source);
  });

  it("refuses a certificate of another authority", async () => {
    const refused = await rejection(open({ tls: { servername: NAME, ca: otherCa } }));
    expect(refused).to.be.instanceOf(RefusedError).and.include({ side: "target" });
  });

  it("refuses a certificate for another name", async () => {
    const refused = await rejection(open({ tls: { servername: "elsewhere.example", ca } }));
    expect(refused)
      .to.be.instanceOf(RefusedError)
      .and.include({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  });

  it("says that the token is wrong, without saying the token", async () => {
    const refused = await rejection(open({ password: "not-the-token" }));
    expect(refused).to.be.instanceOf(RefusedError).and.include({ code: "WRONGPASS" });
    expect(String(refused)).not.to.contain("not-the-token");
  });
});

/** A port that a server of ours has just given back. */
async function unusedPort(): Promise<number> {
  const server: RedisServer = await startRedis();
  await server.stop();
  return server.address.port;
}
