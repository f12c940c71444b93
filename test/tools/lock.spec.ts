import { existsSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { withLock } from "../../tools/support/lock.mjs";
import { Checkout } from "./checkout.ts";

describe("the set-up lock", () => {
  let checkout: Checkout;
  let file: string;

  beforeEach(() => {
    checkout = new Checkout();
    file = join(checkout.root, "tools", "setup.lock");
  });

  afterEach(() => checkout.remove());

  it("lets one at a time work", async () => {
    const order: string[] = [];
    let waited = 0;
    const first = withLock(
      file,
      () => {},
      async () => {
        order.push("first starts");
        await until(() => waited > 0);
        order.push("first ends");
      },
    );
    const second = withLock(
      file,
      (owner: number) => (waited = owner),
      () => {
        order.push("second");
        return Promise.resolve();
      },
    );
    await Promise.all([first, second]);
    expect(order).to.deep.equal(["first starts", "first ends", "second"]);
    expect(waited).to.equal(process.pid);
    expect(existsSync(file)).to.equal(false);
  });

  it("is released when the work fails", async () => {
    const failed = withLock(
      file,
      () => {},
      () => Promise.reject(new Error("no network")),
    );
    expect(await failed.catch(String)).to.equal("Error: no network");
    expect(existsSync(file)).to.equal(false);
  });

  it("is taken over from a process that has died", async () => {
    const dead = spawnSync(process.execPath, ["--version"]).pid;
    checkout.write("tools/setup.lock", String(dead));
    expect(
      await withLock(
        file,
        () => {},
        () => Promise.resolve("done"),
      ),
    ).to.equal("done");
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
