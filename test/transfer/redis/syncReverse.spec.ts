import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createAuthority } from "../../../rehearsal/twin/authority.ts";
import type { RedisAddress } from "../../../transfer/redis/connection.ts";
import { LiveSync } from "../../../transfer/redis/sync.ts";
import { fill, startPair, tell, type Pair } from "./pair.ts";
import { expectEqual } from "./support/equality.ts";
import { freePort } from "../../../automation/engine/freePort.ts";

const NAME = "cache.example.internal";

describe("live copy back from TLS and a token to plaintext", function () {
  this.timeout(30_000);
  let dir: string;
  let pair: Pair;
  let encrypted: RedisAddress;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "godwit-tls-"));
    const authority = await createAuthority(dir);
    const { certFile, keyFile } = await authority.issue("target", { names: [NAME] });
    const port = await freePort();
    pair = await startPair({
      // prettier-ignore
      target: [
        "--tls-port", String(port), "--tls-cert-file", certFile, "--tls-key-file", keyFile,
        "--tls-ca-cert-file", authority.caFile, "--tls-auth-clients", "no",
      ],
    });
    await tell(pair.onTarget, ["ACL", "SETUSER", "mover", "on", ">token", "~*", "&*", "+@all"]);
    const tls = { servername: NAME, ca: await readFile(authority.caFile, "utf8") };
    encrypted = { host: "127.0.0.1", port, username: "mover", password: "token", tls };
  });
  after(async () => {
    await pair.stop();
    await rm(dir, { recursive: true });
  });

  it("copies there, turns, and follows what is written on the new side", async () => {
    await fill(pair.onSource, 5_000);
    const plain = pair.source.address;
    const there = await LiveSync.start({ source: plain, target: encrypted, throttle: false });
    await there.drain();
    await there.stop();
    const back = await LiveSync.start({ source: encrypted, target: plain, startEqual: true });
    await tell(pair.onTarget, ["SET", "new", 1], ["DEL", "key:1"], ["EXPIRE", "key:2", 1_000]);
    await back.drain();
    expect(back.state()).to.deep.include({ keys: 0, watch: "tracking" });
    await back.stop();
    await expectEqual(pair);
  });
});
