import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const CHECKOUT = fileURLToPath(new URL("../../..", import.meta.url));

/** What Pulumi tells the engine, and whether it looks up where a resource was declared, in a process of its own. */
const PROGRAM = `
  const { quietPulumi } = await import("./automation/stack/quietPulumi.ts");
  const { createRequire } = await import("node:module");
  const require = createRequire(import.meta.url);
  const { log, Resource } = require("@pulumi/pulumi");
  const messages = [];
  const engine = { log: (request, done) => done(messages.push(request.getMessage())) };
  Object.assign(require("@pulumi/pulumi/runtime/settings.js"), { getEngine: () => engine });
  quietPulumi();
  await log.debug("a detail");
  await log.warn("a warning");
  console.log(JSON.stringify({ messages, traced: Resource.callsites().length > 0 }));
`;

function outputWith(env: Readonly<Record<string, string>>): unknown {
  const args = ["--import", "tsx", "--input-type=module", "--eval", PROGRAM];
  const { GODWIT_DEBUG: _, ...own } = process.env;
  const options = { cwd: CHECKOUT, encoding: "utf8", env: { ...own, ...env } } as const;
  return JSON.parse(execFileSync(process.execPath, args, options));
}

describe("Pulumi without what is there to debug it", function () {
  this.timeout(60_000);

  it("keeps warnings and drops details and traces", () => {
    expect(outputWith({})).to.deep.equal({ messages: ["a warning"], traced: false });
  });

  it("keeps all of it for who debugs", () => {
    const all = { messages: ["a detail", "a warning"], traced: true };
    expect(outputWith({ GODWIT_DEBUG: "1" })).to.deep.equal(all);
  });
});
