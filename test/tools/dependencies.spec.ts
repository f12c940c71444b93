import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { dependenciesReady, installDependencies } from "../../tools/setup/dependencies.mjs";
import { SetupError } from "../../tools/support/error.mjs";
import { Progress } from "../../tools/support/progress.mjs";
import { Checkout } from "./checkout.ts";

const lock = (packages: object) => JSON.stringify({ packages });
const chai = { version: "6.3.0", integrity: "sha512-a" };
const other = { version: "1.0.0", integrity: "sha512-b", optional: true };

describe("dependencies", () => {
  let checkout: Checkout;
  let marker: string;

  beforeEach(() => {
    checkout = new Checkout();
    marker = join(checkout.root, "node_modules", ".godwit-installed");
    checkout.write(
      "package-lock.json",
      lock({ "": {}, "node_modules/chai": chai, "node_modules/o": other }),
    );
  });

  afterEach(() => checkout.remove());

  const installed = (packages: object) =>
    checkout.write("node_modules/.package-lock.json", lock(packages));

  it("are not ready in a fresh clone", () => {
    expect(dependenciesReady(checkout.root)).to.equal(false);
  });

  it("are ready when npm has installed what the lock file says, other platforms' packages aside", () => {
    installed({ "node_modules/chai": chai });
    expect(dependenciesReady(checkout.root)).to.equal(true);
    expect(existsSync(marker)).to.equal(true);
  });

  it("are not ready with another version than the lock file's", () => {
    installed({ "node_modules/chai": { ...chai, version: "6.2.0" } });
    expect(dependenciesReady(checkout.root)).to.equal(false);
  });

  it("are no longer ready when the lock file has changed", () => {
    installed({ "node_modules/chai": chai });
    dependenciesReady(checkout.root);
    checkout.write("package-lock.json", lock({ "": {}, "node_modules/mocha": chai }));
    expect(dependenciesReady(checkout.root)).to.equal(false);
  });

  it("are not ready when another Node installed them", () => {
    installed({ "node_modules/chai": chai });
    dependenciesReady(checkout.root);
    const [hash] = readFileSync(marker, "utf8").split(" ");
    checkout.write("node_modules/.godwit-installed", `${hash} linux-x64-93`);
    expect(dependenciesReady(checkout.root)).to.equal(false);
  });

  it("say what npm said when it fails", async () => {
    const npm = process.env["npm_execpath"];
    delete process.env["npm_execpath"];
    checkout.program("path/npm", "echo 'npm error network request failed'; exit 1");
    const error = await installDependencies(checkout.root, silent()).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (npm) process.env["npm_execpath"] = npm;
    expect(error).to.be.instanceOf(SetupError);
    expect(String(error)).to.contain("npm error network request failed");
    expect(existsSync(marker)).to.equal(false);
  });
});

function silent(): Progress {
  const stream = { isTTY: false, write: () => true };
  return new Progress(stream as unknown as NodeJS.WriteStream);
}
