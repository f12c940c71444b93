import { existsSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { findTools } from "../../automation/tools.ts";
import { CopiedCheckout } from "../support/copiedCheckout.ts";
import { expectNoStackTrace, Godwit, said, type Outcome } from "../support/godwit.ts";

/** A checkout without set-up, and a PATH on which only what a test puts there is found. */
describe("tools that are missing", function () {
  this.timeout(60_000);
  let checkout: CopiedCheckout;
  let godwit: Godwit;

  before(async () => {
    checkout = await CopiedCheckout.create();
    godwit = await Godwit.create();
  });
  after(async () => {
    await godwit.remove();
    await checkout.remove();
  });

  /** Runs a command of that checkout with these tools of this machine on its PATH, and no other. */
  async function runWith(tools: readonly string[], args: readonly string[]): Promise<Outcome> {
    const path = join(checkout.root, `path-${tools.join("-")}`);
    if (!existsSync(path)) await mkdir(path);
    for (const tool of tools) {
      const link = join(path, tool);
      if (!existsSync(link)) await symlink(await pathOf(tool), link);
    }
    return await godwit.run(args, { PATH: path, PULUMI_CONFIG_PASSPHRASE: "" }, checkout.bin);
  }

  async function pathOf(tool: string): Promise<string> {
    const { pulumi, redis } = await findTools();
    return (tool === "pulumi" ? pulumi : redis).found!.path;
  }

  function expectMissing(outcome: Outcome, ...sentences: readonly RegExp[]): void {
    expect(outcome.code, outcome.stderr).to.equal(1);
    for (const sentence of sentences) expect(said(outcome)).to.match(sentence);
    expect(said(outcome)).to.contain("Nothing was changed.");
    expectNoStackTrace(outcome);
    expect(existsSync(join(godwit.home, "twins"))).to.equal(false);
  }

  const noPulumi = [
    /The Pulumi command line was not found/,
    /Get it with `curl -fsSL https:\/\/get\.pulumi\.com \| sh`/,
  ];

  it("a preview without the Pulumi CLI names the command that gets it", async () => {
    const args = ["preview", "redis", "--stack", "staging"];
    expectMissing(await runWith(["redis-server"], args), ...noPulumi);
  });

  it("a rehearsal without the Pulumi CLI says so before it starts anything", async () => {
    const args = ["rehearse", "redis-encryption", "--scale", "tiny"];
    expectMissing(await runWith(["redis-server"], args), ...noPulumi);
  });

  it("a rehearsal without Redis names the command that gets it", async () => {
    const args = ["rehearse", "redis-encryption", "--scale", "tiny"];
    expectMissing(
      await runWith(["pulumi"], args),
      /needs a Redis server: Redis \d\S+ or later, built with TLS, is missing/,
      /Get it with `.+(redis|valkey).*`/,
    );
  });

  it("doctor names both, with the commands", async () => {
    const { code, stdout } = await runWith([], ["doctor"]);
    expect(code).to.equal(1);
    expect(stdout).to.match(/✗ Pulumi CLI .*Get it: curl -fsSL https:\/\/get\.pulumi\.com \| sh/);
    expect(stdout).to.match(/✗ Redis .*Get it: .*redis/);
  });
});
