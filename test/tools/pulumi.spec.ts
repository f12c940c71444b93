import { expect } from "chai";
import { findPulumi, pulumiReady } from "../../tools/setup/pulumi.mjs";
import { remember } from "../../tools/support/record.mjs";
import { Checkout } from "./checkout.ts";

describe("finding the Pulumi CLI", () => {
  let checkout: Checkout;

  beforeEach(() => {
    checkout = new Checkout();
    checkout.write("tools/go.mod", "require github.com/pulumi/pulumi/pkg/v3 v3.255.0 // indirect");
  });

  afterEach(() => checkout.remove());

  it("takes the one on the PATH first", async () => {
    checkout.program(".godwit/tools/pulumi-3.255.0/bin/pulumi", "echo v3.255.0");
    const path = checkout.program("path/pulumi", "echo v3.201.0");
    const { found } = await findPulumi(checkout.root);
    expect(found).to.deep.equal({ path, version: "3.201.0", from: "the PATH" });
  });

  it("passes over one that is too old for one it has built", async () => {
    checkout.program("path/pulumi", "echo v3.199.9");
    const path = checkout.program(".godwit/tools/pulumi-3.255.0/bin/pulumi", "echo v3.255.0");
    const { found } = await findPulumi(checkout.root);
    expect(found?.path).to.equal(path);
  });

  it("does not use a build of another version than the pinned one", async () => {
    checkout.program(".godwit/tools/pulumi-3.254.0/bin/pulumi", "echo v3.254.0");
    expect((await findPulumi(checkout.root)).found).to.equal(undefined);
  });

  it("passes over one that does not tell its version", async () => {
    checkout.program("path/pulumi", "echo 'unknown flag'; exit 1");
    const { found, missing } = await findPulumi(checkout.root);
    expect(found).to.equal(undefined);
    expect(missing?.command).to.equal("curl -fsSL https://get.pulumi.com | sh");
  });

  it("remembers what it found until the file changes", () => {
    const path = checkout.program("path/pulumi", "echo v3.201.0");
    remember(checkout.root, "pulumi", { path, version: "3.201.0", from: "the PATH" });
    expect(pulumiReady(checkout.root)).to.equal(true);
    checkout.program("path/pulumi", "echo v3.201.0, another build");
    expect(pulumiReady(checkout.root)).to.equal(false);
  });
});
