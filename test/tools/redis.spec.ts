import { expect } from "chai";
import { findRedis } from "../../tools/setup/redis.mjs";
import { Checkout } from "./checkout.ts";

const WITH_TLS =
  'echo "# Redis version=7.2.4, bits=64"; echo "# Configured to not listen anywhere, exiting."; exit 1';
const WITHOUT_TLS =
  'echo "Redis version=7.2.4"; echo ">>> tls-port 0"; echo "Bad directive"; exit 1';

describe("finding Redis", () => {
  let checkout: Checkout;

  beforeEach(() => (checkout = new Checkout()));
  afterEach(() => checkout.remove());

  it("takes a server with TLS from the PATH", async () => {
    const path = checkout.program("path/redis-server", WITH_TLS);
    const { found } = await findRedis(checkout.root);
    expect(found).to.deep.equal({ path, version: "7.2.4", from: "the PATH" });
  });

  it("takes the server linked from the system's package when the PATH has none", async () => {
    const path = checkout.program(".godwit/tools/redis/redis-server", WITH_TLS);
    expect((await findRedis(checkout.root)).found?.path).to.equal(path);
  });

  it("refuses a server built without TLS", async () => {
    checkout.program("path/redis-server", WITHOUT_TLS);
    const { missing } = await findRedis(checkout.root);
    expect(missing?.why).to.equal("Redis 6.2.0 or later, built with TLS, is missing");
  });

  it("refuses a server that is too old", async () => {
    checkout.program("path/redis-server", WITH_TLS.replace("7.2.4", "6.0.16"));
    expect((await findRedis(checkout.root)).found).to.equal(undefined);
  });

  it("names the command of this system", async () => {
    checkout.program("path/dnf", "exit 0");
    const { missing } = await findRedis(checkout.root);
    expect(missing?.command).to.match(/^(sudo )?dnf install -y redis$/);
  });
});
