import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { parse } from "yaml";
import { WebUnderTest } from "./webUnderTest.ts";

interface CloudConfig {
  readonly write_files: { path: string; permissions: string; content: string }[];
  readonly runcmd: string[][];
}

interface Statement {
  readonly Sid: string;
  readonly Action: string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** EC2's limit, in bytes. */
const USER_DATA_LIMIT = 16_384;

describe("WebApp: machine", () => {
  const web = new WebUnderTest();

  const userData = async (changes: Parameters<WebUnderTest["inputs"]>[1] = {}) =>
    (await web.inputs("web-machine", changes)).userData as string;
  const files = async () => {
    const config = parse(await userData()) as CloudConfig;
    return new Map(config.write_files.map(({ path, content }) => [path, content]));
  };

  it("is small, asks for credentials by token, and costs no more than its hours", async () => {
    const inputs = await web.inputs("web-machine");
    expect(inputs).to.deep.include({
      instanceType: "t3.micro",
      ami: "newest /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
      subnetId: "web-subnet-1-id",
      vpcSecurityGroupIds: ["web-security-group-id"],
      creditSpecification: { cpuCredits: "standard" },
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
      },
    });
    expect(inputs.rootBlockDevice).to.include({ encrypted: true, volumeSize: 8 });
  });

  it("has address and data on what outlives it, in its own zone", async () => {
    expect(await web.inputs("web-data")).to.include({
      availabilityZone: "us-east-1a",
      size: 5,
      encrypted: true,
    });
    expect(await web.inputs("web-subnet-2")).to.include({
      availabilityZone: "us-east-1b",
      cidrBlock: "10.40.0.128/25",
    });
    const attachment = (await web.declare()).find(({ name }) => name === "web-data-machine")!;
    expect(attachment.inputs).to.include({ stopInstanceBeforeDetaching: true });
    expect(attachment.options.deleteBeforeReplace).to.equal(true);
    expect(await web.inputs("web-api-record")).to.deep.include({
      name: "api.tickets.acme.example",
      type: "A",
      records: ["203.0.113.7"],
    });
  });

  it("may do what the application needs, on its own things, and no more", async () => {
    const { policy } = await web.inputs("web-rights");
    const { Statement } = JSON.parse(policy as string) as { Statement: Statement[] };
    const about = (sid: string) => Statement.find(({ Sid }) => Sid === sid)!;
    expect(about("Attachments")).to.deep.include({
      Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
      Resource: "arn:aws:s3:::acme-tickets-attachments/*",
    });
    expect(about("WritesBackups").Action).to.deep.equal(["s3:PutObject"]);
    expect(about("GetsReleases").Action).to.deep.equal(["s3:GetObject"]);
    expect(about("ReadsItsSecrets").Resource).to.have.length(2);
    expect(about("SendsMail")).to.deep.include({
      Condition: { StringEquals: { "ses:FromAddress": "support@tickets.acme.example" } },
    });
    const everywhere = Statement.filter(({ Resource }) => Resource === "*");
    expect(everywhere.map(({ Sid, Condition }) => [Sid, Condition])).to.deep.equal([
      ["TellsOfItself", { StringEquals: { "cloudwatch:namespace": "Godwit/Web" } }],
    ]);
    expect(Statement.flatMap(({ Action }) => Action).filter((each) => each.includes("*"))).to.eql(
      [],
    );
  });

  describe("user data", () => {
    it("fits, and holds references but no secret", async () => {
      const text = await userData();
      expect(Buffer.byteLength(text)).to.be.below(USER_DATA_LIMIT);
      expect(text).not.to.match(/mock-Token|JWT_SECRET=\w|PASSWORD/);
      const { secretInputs } = (await web.declare()).find(({ name }) => name === "web-machine")!;
      expect(secretInputs).to.deep.equal([]);
    });

    it("holds scripts that are right", async () => {
      const scripts = [...(await files())].filter(([, content]) =>
        content.startsWith("#!/bin/bash"),
      );
      expect(scripts.map(([path]) => path.split("/").at(-1))).to.have.members([
        "web-setup",
        "web-certificate",
        "web-release",
        "web-backup",
        "web-secrets",
      ]);
      for (const [path, content] of scripts) {
        const { status, stderr } = spawnSync("bash", ["-n"], { input: content, encoding: "utf8" });
        expect(status, `${path}: ${stderr}`).to.equal(0);
      }
    });

    it("starts the application by PM2 at boot, with its secret put beside it", async () => {
      const unit = (await files()).get("/etc/systemd/system/web.service")!;
      expect(unit).to.include("ExecStart=/usr/local/bin/pm2 start /etc/web/ecosystem.config.cjs");
      expect(unit).to.include("ExecStartPre=+/usr/local/sbin/web-secrets");
      expect(unit).to.include("WantedBy=multi-user.target").and.include("Restart=always");
      expect((await files()).get("/etc/web/application.env")).to.include("WEB_SCRIPT=dist/app.js");
    });

    it("puts TLS of 1.2 or later before the application, and takes files of 10 MB", async () => {
      const nginx = (await files()).get("/etc/web/nginx-https.conf")!;
      expect(nginx).to.include("server_name api.tickets.acme.example;");
      expect(nginx).to.include("ssl_protocols TLSv1.2 TLSv1.3;");
      expect(nginx).to.include("proxy_pass http://127.0.0.1:5000;");
      expect(nginx).to.include("client_max_body_size 12m;");
    });

    it("sends logs and the figures that alarms look at, by the same names", async () => {
      const agent = JSON.parse((await files()).get("/etc/web/agent.json")!) as {
        logs: { logs_collected: { files: { collect_list: { log_group_name: string }[] } } };
        metrics: {
          namespace: string;
          metrics_collected: Record<string, { append_dimensions: unknown }>;
        };
      };
      const groups = agent.logs.logs_collected.files.collect_list.map(
        (each) => each.log_group_name,
      );
      expect(new Set(groups)).to.deep.equal(new Set(["/acme/web"]));
      const { disk, mem } = agent.metrics.metrics_collected;
      const memory = await web.inputs("web-alarm-memory");
      expect(mem!.append_dimensions).to.deep.equal(memory.dimensions);
      expect(memory.namespace).to.equal(agent.metrics.namespace);
      expect((await web.inputs("web-alarm-disk")).dimensions).to.deep.equal({
        ...(disk!.append_dimensions as object),
        path: "/srv/web",
        fstype: "xfs",
      });
    });
  });

  it("makes what sessions are signed with, and does not set it back", async () => {
    const declared = await web.declare();
    const version = declared.find(({ name }) => name === "web-session-secret-version")!;
    expect(version.secretInputs).to.deep.equal(["secretString"]);
    expect(version.options.ignoreChanges).to.deep.equal(["secretString"]);
    expect(await web.inputs("web-session-secret")).to.include({
      name: "acme/web/session-secret",
      recoveryWindowInDays: 0,
    });
  });

  for (const [engine, version, port, parameter] of [
    ["postgres", "16", 5432, "rds.force_ssl"],
    ["mysql", "8.4", 3306, "require_secure_transport"],
  ] as const) {
    it(`reaches a database of ${engine} alone, over TLS, with a password that RDS keeps`, async () => {
      const changes = { database: { engine } };
      expect(await web.inputs("web-database", changes)).to.deep.include({
        engine,
        engineVersion: version,
        instanceClass: "db.t4g.micro",
        storageEncrypted: true,
        publiclyAccessible: false,
        manageMasterUserPassword: true,
        backupRetentionPeriod: 7,
      });
      expect(await web.inputs("web-database", changes)).not.to.have.property("password");
      expect(await web.inputs("web-database-parameters", changes)).to.deep.include({
        family: `${engine}${version}`,
        parameters: [{ name: parameter, value: "1" }],
      });
      expect(await web.inputs("web-database-from-machine", changes)).to.include({
        referencedSecurityGroupId: "web-security-group-id",
        fromPort: port,
        toPort: port,
      });
    });
  }
});
