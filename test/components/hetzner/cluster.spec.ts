import { createHash } from "node:crypto";
import { expect } from "chai";
import { isSecret, valueOf } from "../../support/outputs.ts";
import type { Declared } from "../../support/mocks.ts";
import { baseArgs, child, ClusterUnderTest, HCLOUD_TOKEN, R2_TOKEN } from "./clusterUnderTest.ts";

describe("a cluster at Hetzner", () => {
  const cluster = new ClusterUnderTest();
  let declared: readonly Declared[];

  beforeEach(async () => {
    declared = await cluster.declare({ production: true });
  });

  it("has exactly these parts", () => {
    const names = declared.slice(1).map(({ name }) => name.replace("cluster-", ""));
    const of = (bucket: string) => [bucket, `${bucket}-public`, `${bucket}-lifecycle`];
    expect(names).to.have.members([
      ...["master-key", "database-password", "redis-password", "grafana-password"],
      ...["volume-passphrase", "pod-volume-passphrase", "archive-passphrase"],
      ...[...of("uploads"), ...of("assets"), ...of("backups"), "assets-domain"],
      ...["token-application", "token-database"],
      ...["network", "subnet", "placement", "ssh-ada"],
      ...["firewall-control-plane", "firewall-workers", "firewall-database"],
      ...["control-plane", "worker-1", "worker-2", "worker-3", "database"],
      ...["volume", "volume-attachment"],
      ...["balancer", "balancer-network", "balancer-http", "balancer-https"],
      ...["balancer-worker-1", "balancer-worker-2", "balancer-worker-3"],
      ...["record-api-a", "record-api-aaaa"],
    ]);
  });

  it("has no worker in development: the control plane serves", async () => {
    const workers = { serverType: "cpx32", count: 0 };
    const small = await cluster.declare({ workers });
    const names = small.map(({ name }) => name.replace("cluster-", ""));
    expect(names.filter((name) => /worker-|balancer-(worker|control)/.test(name))).to.deep.equal([
      "balancer-control-plane",
    ]);
    const userData = (all: readonly Declared[]) =>
      child(all, "control-plane").inputs["userData"] as string;
    expect(userData(small)).to.include("{ 30080, 30443 }").and.not.to.include("NoSchedule");
    expect(userData(declared)).to.include("NoSchedule").and.not.to.include("{ 30080, 30443 }");
  });

  it("lets nothing in from the Internet but administrators' tunnels", () => {
    const rules = (id: string) => child(declared, `firewall-${id}`).inputs["rules"] as object[];
    expect(rules("control-plane")).to.deep.equal([
      {
        direction: "in",
        protocol: "udp",
        port: "51900",
        sourceIps: ["203.0.113.0/24"],
        description: "Tunnels of administrators",
      },
    ]);
    expect(rules("workers")).to.deep.equal([]);
    const directions = rules("database").map((rule) => (rule as { direction: string }).direction);
    expect(new Set(directions)).to.deep.equal(new Set(["out"]));
  });

  it("keeps machines with data from being replaced or deleted, and workers from being replaced", () => {
    for (const id of ["control-plane", "database"]) {
      const { inputs, options } = child(declared, id);
      expect(inputs, id).to.include({ deleteProtection: true, rebuildProtection: true });
      expect(options, id).to.include({ protect: true });
    }
    const worker = child(declared, "worker-1");
    expect(worker.inputs).to.include({ deleteProtection: false });
    expect(worker.options.ignoreChanges).to.deep.equal(["image", "sshKeys", "userData"]);
    const kept = ["volume", "network", "uploads", "backups", "master-key", "volume-passphrase"];
    for (const id of kept) expect(child(declared, id).options, id).to.include({ protect: true });
  });

  it("protects nothing in staging", async () => {
    const staging = await cluster.declare();
    expect(staging.filter(({ options }) => options.protect === true)).to.deep.equal([]);
    expect(child(staging, "volume").inputs).to.include({ deleteProtection: false });
  });

  it("passes connections on as they come, by the private network", () => {
    expect(child(declared, "balancer-https").inputs).to.deep.include({
      protocol: "tcp",
      listenPort: 443,
      destinationPort: 30443,
      proxyprotocol: true,
    });
    expect(child(declared, "balancer-worker-2").inputs).to.include({ usePrivateIp: true });
    expect(child(declared, "record-api-a").inputs).to.include({
      name: "api.acme.example",
      content: "203.0.113.80",
      proxied: false,
    });
  });

  it("keeps its buckets closed, but for the assets under their own name", () => {
    for (const use of ["uploads", "assets", "backups"]) {
      expect(child(declared, `${use}-public`).inputs, use).to.include({ enabled: false });
    }
    const domain = child(declared, "assets-domain").inputs;
    expect(domain).to.include({ domain: "assets.acme.example", minTls: "1.2" });
    expect(declared.some(({ name }) => name.endsWith("-cors"))).to.equal(false);
  });

  it("lets named pages upload by presigned PUT", async () => {
    const { buckets } = baseArgs();
    const corsOrigins = ["https://www.acme.example"];
    const withPages = await cluster.declare({ buckets: { ...buckets, corsOrigins } });
    const [rule] = child(withPages, "uploads-cors").inputs["rules"] as { allowed: object }[];
    expect(rule?.allowed).to.deep.include({
      origins: corsOrigins,
      methods: ["GET", "HEAD", "PUT"],
    });
    expect(withPages.some(({ name }) => name === "cluster-backups-cors")).to.equal(false);
  });

  it("opens to the application its two buckets, and to the database its one", () => {
    const resourcesOf = (id: string) => {
      const [policy] = child(declared, `token-${id}`).inputs["policies"] as { resources: string }[];
      return Object.keys(JSON.parse(policy!.resources) as object);
    };
    const bucket = (use: string) =>
      `com.cloudflare.edge.r2.bucket.0123456789abcdef0123456789abcdef_eu_acme-production-${use}`;
    expect(resourcesOf("application")).to.deep.equal([bucket("uploads"), bucket("assets")]);
    expect(resourcesOf("database")).to.deep.equal([bucket("backups")]);
  });
});

describe("what a cluster at Hetzner tells", () => {
  const cluster = new ClusterUnderTest();

  it("is the environment, with S3 credentials derived from the token; a secret", async () => {
    const { environment } = cluster.build();
    const secretAccessKey = createHash("sha256").update(R2_TOKEN).digest("hex");
    expect(await valueOf(environment)).to.include({
      AWS_REGION: "auto",
      R2_ACCESS_KEY_ID: "cluster-token-application-id",
      R2_SECRET_ACCESS_KEY: secretAccessKey,
      S3_BUCKET_UPLOADS: "acme-production-uploads",
      S3_ENDPOINT: "https://0123456789abcdef0123456789abcdef.eu.r2.cloudflarestorage.com",
    });
    expect(await isSecret(environment)).to.equal(true);
  });

  it("is what changes in it, by names alone", async () => {
    expect((await valueOf(cluster.build().environmentChange))["api"]).to.deep.include({
      changed: ["AWS_REGION", "DATABASE_URL"],
      removed: ["REDIS_HOST"],
      toProvide: ["STRIPE_KEY"],
    });
  });

  it("has its secrets in the secret manifests only", async () => {
    const { manifests, secretManifests, machines } = cluster.build();
    const given = await valueOf(secretManifests);
    expect(await isSecret(secretManifests)).to.equal(true);
    const open = JSON.stringify([await valueOf(manifests), await valueOf(machines)]);
    const derived = createHash("sha256").update(R2_TOKEN).digest("hex");
    for (const value of [HCLOUD_TOKEN, derived, "mock-Token"]) {
      expect(given).to.include(value);
      expect(open).not.to.include(value);
    }
    expect(await isSecret(manifests)).to.equal(false);
  });

  it("is where each machine is", async () => {
    const machines = await valueOf(cluster.build().machines);
    expect(machines.map(({ address, tunnel }) => [address, tunnel])).to.deep.equal([
      ["10.10.1.10", "10.66.0.10"],
      ["10.10.1.31", "10.66.0.31"],
      ["10.10.1.32", "10.66.0.32"],
      ["10.10.1.33", "10.66.0.33"],
      ["10.10.1.20", "10.66.0.20"],
    ]);
  });
});

describe("arguments of a cluster at Hetzner", () => {
  const cluster = new ClusterUnderTest();

  it("are refused before anything is declared, all that is wrong at once", async () => {
    const { network, workers } = baseArgs();
    const wrong = {
      network: { ...network, subnet: "10.11.1.0/24" },
      workers: { ...workers, count: 21 },
    };
    expect(() => cluster.build(wrong)).to.throw(
      /`workers\.count` must be a whole number[^]*`network\.subnet` is not within/,
    );
    expect(await cluster.cloud.declared()).to.deep.equal([]);
  });
});
