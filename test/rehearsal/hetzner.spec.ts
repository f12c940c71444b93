import { expect } from "chai";
import * as driver from "../../automation/stack/update.ts";
import { rejection } from "../support/rejection.ts";
import { TargetTwin } from "../support/targetTwin.ts";

/** An update of the real engine with its plugins, on a busy machine. */
const UPDATE_MS = 120_000;

describe("the target hetzner on a twin", function () {
  this.timeout(UPDATE_MS);
  const twin = new TargetTwin("hetzner");

  it("is built, with secrets kept as such", async () => {
    const { outputs } = await twin.update();
    expect(outputs["tunnelEndpoint"]?.value).to.match(/^198\.51\.100\.\d+:51900$/);
    expect(outputs["storageEndpoint"]?.value).to.equal(
      "https://0123456789abcdef0123456789abcdef.eu.r2.cloudflarestorage.com",
    );
    expect((outputs["environmentChange"]?.value as Record<string, object>)["api"]).to.deep.include({
      removed: ["REDIS_HOST"],
      toProvide: ["STRIPE_KEY"],
    });
    const secrets = Object.keys(outputs).filter((name) => outputs[name]?.secret);
    expect(secrets).to.have.members(["environment", "secretManifests"]);
  });

  it("is left alone by a second update", async () => {
    const { changes } = await twin.update();
    expect(Object.keys(changes)).to.deep.equal(["same"]);
  });

  it("has no machine with more user data than Hetzner takes", async () => {
    const server = { name: "large", location: "fsn1", serverType: "cpx22" };
    const inputs = { ...server, userData: "x".repeat(32_769) };
    const refused = await rejection(twin.resource("create", "hcloud:index/server:Server", inputs));
    expect(refused).to.include({ code: "invalid_input" });
  });

  it("has one machine of a name, and one bucket", async () => {
    const server = { name: "acme-rehearsal-worker-1", location: "fsn1", serverType: "cpx22" };
    const second = await rejection(twin.resource("create", "hcloud:index/server:Server", server));
    expect(second).to.include({ code: "uniqueness_error" });
    const bucket = {
      name: "acme-rehearsal-uploads",
      jurisdiction: "eu",
      accountId: "0123456789abcdef0123456789abcdef",
    };
    const other = await rejection(
      twin.resource("create", "cloudflare:index/r2Bucket:R2Bucket", bucket),
    );
    expect(other).to.include({ code: "10004" });
  });

  it("has no record outside its zone", async () => {
    const record = { zoneId: "fedcba9876543210fedcba9876543210", name: "a.other.example" };
    const inputs = { ...record, type: "A", content: "203.0.113.1", ttl: 60 };
    const refused = await rejection(
      twin.resource("create", "cloudflare:index/dnsRecord:DnsRecord", inputs),
    );
    expect(refused).to.include({ code: "9021" });
  });

  it("is taken down whole", async () => {
    const { changes } = await driver.destroy(twin.request);
    expect(Object.keys(changes)).to.deep.equal(["delete"]);
  });
});
