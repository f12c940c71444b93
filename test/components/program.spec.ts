import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import type * as entry from "../../index.ts";
import { MockCloud } from "../support/mocks.ts";
import { valueOf } from "../support/outputs.ts";
import { moverSettings, rawRedis, rawRelay, rawSettings } from "./settings.ts";
import type { RawSettings } from "./settings.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("the Pulumi program", () => {
  const cloud = new MockCloud();
  let module: typeof entry;

  before(async () => {
    await cloud.install("staging");
    module = await import("../../index.ts");
  });
  beforeEach(() => cloud.reset());

  async function outputsOf(config: RawSettings, secretKeys: string[] = []) {
    pulumi.runtime.setAllConfig(config, secretKeys);
    return (await valueOf(pulumi.output(await module.default()))) as Record<string, unknown>;
  }

  it("has the default export only, as Pulumi wants it", () => {
    expect(Object.keys(module)).to.deep.equal(["default"]);
    expect(readFileSync(`${root}/index.ts`, "utf8").split("\n").length).to.be.below(80);
  });

  it("is what Pulumi.yaml starts: TypeScript as it is, by tsx", () => {
    const project = parse(readFileSync(`${root}/Pulumi.yaml`, "utf8")) as object;
    expect(project).to.deep.include({
      name: "godwit",
      runtime: { name: "nodejs", options: { typescript: false, nodeargs: "--import tsx" } },
    });
  });

  it("returns how to reach the target, and the way back", async () => {
    const outputs = await outputsOf(rawSettings({ "godwit:snapshot": "snap-1" }));
    expect(outputs).to.have.all.keys(
      "stage",
      "groupId",
      "primary",
      "reader",
      "port",
      "secretArn",
      "kmsKeyArn",
      "securityGroupIds",
      "alarmTopicArn",
      "connection",
      "source",
      "record",
      "monthlyCost",
    );
    expect(outputs).to.include({ stage: "prepare", port: 6379, record: "redis.acme.internal" });
  });

  it("returns nothing of what is not there yet", async () => {
    const outputs = await outputsOf(rawSettings());
    expect(outputs).not.to.have.any.keys("groupId", "primary", "reader", "connection");
    expect(outputs).to.include({ stage: "prepare" });
  });

  it("returns the mover as long as there is data to move", async () => {
    const mover = { "godwit:mover": JSON.stringify(moverSettings) };
    const { mover: prepared } = await outputsOf(rawSettings(mover));
    expect(prepared).to.deep.equal({
      instanceId: "mover-machine-id",
      engineSecretArn: "arn:aws:mock:us-east-1:123456789012:mover-engine",
      securityGroupId: "mover-place-security-group-id",
    });
    const settled = rawSettings({
      ...mover,
      "godwit:stage": "settled",
      "godwit:snapshot": "snap-1",
      "godwit:finalSnapshot": "last-1",
    });
    expect(await outputsOf(settled)).not.to.have.property("mover");
  });

  it("returns the relays as long as there is data to move: how clients reach them, and how a run does", async () => {
    const { relay } = await outputsOf(rawRelay());
    expect(relay).to.deep.equal({
      host: "relay-place-balancer.elb.test",
      port: 6379,
      controlPort: 6380,
      healthPort: 6381,
      controlSecretArn: "arn:aws:mock:us-east-1:123456789012:relays-control",
      securityGroupId: "relay-place-relays-group-id",
      until: "2026-03-08T12:00:00Z",
      move: "acme-redis-encrypted",
      nodes: [1, 2].map((number) => ({
        name: `relay-${number}`,
        instanceId: `relays-machine-${number}-id`,
        address: `address of relays-machine-${number}`,
      })),
      connection: {
        environment: {
          REDIS_HOST: "relay-place-balancer.elb.test",
          REDIS_PORT: "6379",
          REDIS_TLS_ENABLED: "false",
        },
        secrets: [],
      },
    });
    const settled = { "godwit:stage": "settled", "godwit:finalSnapshot": "last-1" };
    expect(await outputsOf(rawRelay(settled))).not.to.have.any.keys("relay", "mover", "source");
    expect(await outputsOf(rawRelay({ "godwit:mode": "live" }))).not.to.have.property("relay");
  });

  it("says in every stage who could connect to the source at first", async () => {
    for (const stage of ["prepare", "relay", "fence", "cutover"]) {
      const { source } = await outputsOf(rawRelay({ "godwit:stage": stage }));
      expect(source, stage).to.deep.include({ securityGroupIds: ["sg-0acmecache"] });
    }
  });

  it("declares the group empty from the start in a live move, whatever the settings seed", async () => {
    for (const raw of [rawSettings({ "godwit:mode": "live" }), rawRelay()]) {
      expect(await outputsOf(raw)).to.include.keys("groupId", "primary");
    }
    const offline = await outputsOf(rawSettings({ "godwit:mode": "offline" }));
    expect(offline).not.to.have.any.keys("groupId", "primary");
  });

  it("retires the source by the settings that a run writes", async () => {
    const outputs = await outputsOf({
      ...rawRedis({ record: undefined }),
      "godwit:stage": "settled",
      "godwit:snapshot": "snap-1",
      "godwit:finalSnapshot": "last-1",
    });
    expect(outputs).not.to.have.any.keys("source", "record");
  });

  it("refuses wrong settings before anything is declared, without a stack trace", async () => {
    const error = await outputsOf(rawSettings({ "godwit:app": undefined })).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(pulumi.RunError.isInstance(error)).to.equal(true);
    expect(error?.message).to.match(/^GODWIT_CONFIG: One setting is wrong; nothing was changed/);
    expect(cloud.calls).to.deep.equal([]);
  });

  it("knows which settings Pulumi keeps encrypted", async () => {
    const application = {
      ecs: { cluster: "c", service: "s", container: "a" },
      check: { url: "https://api.example.com/", headers: { authorization: "Bearer abc" } },
    };
    const raw = rawSettings({ "godwit:application": JSON.stringify(application) });
    expect(await outputsOf(raw, ["godwit:application"])).to.include({ stage: "prepare" });
  });

  it("loads only what its target uses, and that only when it is asked for", async () => {
    const script = `
      import { createRequire } from "node:module";
      const loaded = () => Object.keys(createRequire(import.meta.url).cache)
        .flatMap((file) => /node_modules.(@pulumi.(?:aws|cloudflare|hcloud|random)).(.+)\\.js$/.exec(file)?.slice(1, 3).join("/") ?? [])
        .filter((file) => /\\/\\w+\\/\\w+$|index$/.test(file.replace(/^@pulumi/, "")));
      const { loadTarget } = await import("./components/targets.ts");
      await import("./index.ts");
      const before = loaded();
      await loadTarget("redis");
      console.log(JSON.stringify({ before, after: loaded() }));
    `;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", script],
      { cwd: root },
    );
    const { before, after } = JSON.parse(stdout) as { before: string[]; after: string[] };
    expect(before).to.deep.equal([]);
    expect(after).to.include("@pulumi/aws/elasticache/replicationGroup");
    expect(after.filter((file) => /index$|cloudflare|hcloud/.test(file))).to.deep.equal([]);
  });
});
