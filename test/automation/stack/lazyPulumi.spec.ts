import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const CHECKOUT = fileURLToPath(new URL("../../..", import.meta.url));

/** What a process of its own prints that loads Pulumi the quick way first. */
function outputOf(program: string): string {
  const lazily = 'await import("./automation/stack/lazyPulumi.mjs");';
  const args = ["--input-type=module", "--eval", lazily + program];
  return execFileSync(process.execPath, args, {
    cwd: CHECKOUT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

describe("Pulumi, loaded the quick way", function () {
  this.timeout(60_000);

  it("comes without compiler and dependency resolver", () => {
    const loaded = outputOf(`
      await import("@pulumi/pulumi/automation/index.js");
      const { createRequire } = await import("node:module");
      const paths = Object.keys(createRequire(import.meta.url).cache);
      const heavy = /node_modules\\/(typescript|@npmcli\\/arborist|pacote)\\//;
      console.log(paths.length > 100, paths.filter((path) => heavy.test(path) && !path.endsWith("arborist/lib/index.js")));
    `);
    expect(loaded).to.equal("true []");
  });

  it("still serialises a function, for who asks for it", () => {
    const text = outputOf(`
      const { default: pulumi } = await import("@pulumi/pulumi");
      const { text } = await pulumi.runtime.serializeFunction((a) => a + 1);
      console.log(text.includes("a + 1"));
    `);
    expect(text).to.equal("true");
  });
});
