import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { z } from "zod";
import { MAX_USER_DATA } from "../../../components/hetzner/machines/cloudConfig.ts";
import { databaseUserData } from "../../../components/hetzner/machines/database.ts";
import {
  controlPlaneUserData,
  workerUserData,
} from "../../../components/hetzner/machines/nodes.ts";
import { planOf } from "../../../components/hetzner/machines/plan.ts";
import { RealProgram } from "../../support/realProgram.ts";
import { baseArgs } from "./clusterUnderTest.ts";

const plan = planOf(baseArgs());
const machines: Readonly<Record<string, string>> = {
  "control plane": controlPlaneUserData(plan, "acme-test"),
  worker: workerUserData(plan, plan.workers[0]!, "acme-test"),
  database: databaseUserData(plan, {
    volumeId: "42",
    archiveHost: "account.eu.r2.cloudflarestorage.com",
    archiveBucket: "acme-production-backups",
    backupDays: 35,
    hostname: "database.godwit.svc",
  }),
};

/** What of cloud-config the machines use, as cloud-init's published schema has it. */
const cloudConfig = z.strictObject({
  package_update: z.boolean(),
  packages: z.array(z.string()).min(1),
  ssh_pwauth: z.boolean(),
  disable_root: z.boolean(),
  write_files: z.array(
    z.strictObject({
      path: z.string().startsWith("/"),
      owner: z.string(),
      permissions: z.string().regex(/^0[0-7]{3}$/),
      content: z.string(),
    }),
  ),
  runcmd: z.array(z.array(z.string())),
});

type CloudConfig = z.output<typeof cloudConfig>;
const configOf = (userData: string) => parse(userData) as CloudConfig;
const fileOf = (machine: string, path: string) =>
  configOf(machines[machine]!).write_files.find((file) => file.path === path)?.content ?? "";

const cloudInit = new RealProgram("cloud-init");

describe("user data of the cluster's machines", () => {
  const folder = mkdtempSync(join(tmpdir(), "godwit-hetzner-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [machine, userData] of Object.entries(machines)) {
    it(`of the ${machine} has nothing in it but what we know of cloud-config`, () => {
      expect(userData).to.match(/^#cloud-config\n/);
      expect(cloudConfig.safeParse(parse(userData)).error?.issues).to.equal(undefined);
    });

    cloudInit.it(`of the ${machine} is a cloud-config`, () => {
      const file = join(folder, "user-data");
      writeFileSync(file, userData);
      cloudInit.accepts("schema", "--config-file", file);
    });

    it(`of the ${machine} fits into what Hetzner takes`, () => {
      expect(Buffer.byteLength(userData)).to.be.lessThan(MAX_USER_DATA);
    });

    it(`of the ${machine} has programs that a shell understands`, () => {
      const scripts = configOf(userData).write_files.filter(({ content }) =>
        content.startsWith("#!/bin/bash"),
      );
      expect(scripts).not.to.have.length(0);
      for (const { path, content } of scripts) {
        const checked = spawnSync("bash", ["-n"], { input: content, encoding: "utf8" });
        expect(checked.stderr, path).to.equal("");
      }
    });

    it(`of the ${machine} closes the metadata service, and all ports but those that are named`, () => {
      const rules = fileOf(machine, "/etc/nftables.conf");
      expect(rules).to.include("hook input priority filter; policy drop;");
      expect(rules).to.match(/hook forward[^}]*ip daddr 169\.254\.169\.254 drop/);
      expect(rules).to.include("ip daddr 169.254.169.254 meta skuid != 0 drop");
    });
  }

  it("lets in from the Internet tunnels to the control plane alone", () => {
    const open = "\n    udp dport 51900 accept";
    const opened = Object.keys(machines).filter((machine) =>
      fileOf(machine, "/etc/nftables.conf").includes(open),
    );
    expect(opened).to.deep.equal(["control plane"]);
  });

  it("encrypts Kubernetes' secrets, and what pods say to each other", () => {
    expect(parse(fileOf("control plane", "/etc/rancher/k3s/config.yaml"))).to.deep.include({
      "secrets-encryption": true,
      "flannel-backend": "wireguard-native",
      "write-kubeconfig-mode": "0600",
      "tls-san": ["10.66.0.10"],
    });
  });

  it("brings workers in by the tunnel, with a token that is asked for at each start", () => {
    expect(parse(fileOf("worker", "/etc/rancher/k3s/config.yaml"))).to.deep.include({
      server: "https://10.66.0.10:6443",
      "token-file": "/run/godwit/k3s-token",
      "node-name": "acme-test-worker-1",
      "node-ip": "10.10.1.31",
    });
    const unit = fileOf("worker", "/etc/systemd/system/k3s.service");
    expect(unit).to.include("ExecStartPre=/usr/local/sbin/godwit-k3s");
  });

  it("tells the control plane whom to let in, each as what it is", () => {
    const { peers } = JSON.parse(fileOf("control plane", "/etc/godwit/handover.json")) as {
      peers: Record<string, { role: string }>;
    };
    expect(Object.entries(peers).map(([address, { role }]) => [address, role])).to.deep.equal([
      ["10.10.1.31", "worker"],
      ["10.10.1.32", "worker"],
      ["10.10.1.33", "worker"],
      ["10.10.1.20", "database"],
    ]);
  });

  it("keeps the database's archive encrypted in R2, with credentials that come later", () => {
    const archive = fileOf("database", "/etc/godwit/pgbackrest.conf");
    expect(archive).to.include("repo1-cipher-type=aes-256-cbc");
    expect(archive).to.include("repo1-s3-bucket=acme-production-backups");
    expect(archive).not.to.match(/repo1-(s3-key|cipher-pass)/);
  });

  it("tells Prometheus of Postgres by the socket, as a role that may only look", () => {
    const exporter = fileOf("database", "/etc/default/prometheus-postgres-exporter");
    expect(exporter).to.include("user=prometheus host=/run/postgresql");
    expect(exporter).to.include("--web.listen-address=:9187");
    expect(configOf(machines["database"]!).packages).to.include("prometheus-postgres-exporter");
    const prepare = fileOf("database", "/usr/local/sbin/godwit-database");
    expect(prepare).to.match(/CREATE ROLE prometheus LOGIN'[^]*GRANT pg_monitor TO prometheus;/);
    expect(machines["database"]).to.include("tcp dport { 5432, 9100, 9187 }");
  });

  it("lets nobody into the database without TLS and a password", () => {
    const lines = fileOf("database", "/etc/godwit/pg_hba.conf").trim().split("\n");
    const overNetwork = lines.filter((line) => !line.startsWith("local "));
    expect(overNetwork).not.to.have.length(0);
    for (const line of overNetwork) expect(line).to.match(/^hostssl .* scram-sha-256$/);
  });
});
