import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { parse } from "yaml";
import { moverUserData } from "../../../components/mover/userData.ts";

const ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme/godwit/engine-AbCdEf";

interface CloudConfig {
  readonly write_files: { path: string; permissions: string; content: string }[];
  readonly runcmd: string[][];
}

describe("the mover's user data", () => {
  const render = (source = "https://artifacts.acme.example/godwit.tgz") =>
    moverUserData({ region: "eu-west-1", engineSecretArn: ARN, package: source });
  const config = (source?: string) => parse(render(source)) as CloudConfig;
  const fileAt = (path: string, source?: string) =>
    config(source).write_files.find((file) => file.path === path)!;
  const unit = () => fileAt("/etc/systemd/system/godwit-mover.service").content.split("\n");

  it("is a cloud-config that installs, then enables the service", () => {
    expect(render()).to.match(/^#cloud-config\n/);
    expect(config().runcmd.map((command) => command.join(" "))).to.deep.equal([
      "sh -c until /usr/local/sbin/godwit-install; do sleep 10; done",
      "systemctl daemon-reload",
      "systemctl enable --now godwit-mover.service",
    ]);
    expect(fileAt("/usr/local/sbin/godwit-install").permissions).to.equal("0755");
  });

  it("starts the mover again whatever ends it, as nobody in particular", () => {
    expect(unit()).to.include.members([
      "ExecStart=/usr/local/bin/godwit worker --mover",
      "EnvironmentFile=/etc/godwit/mover.env",
      "Restart=always",
      "RestartSec=1",
      "StartLimitIntervalSec=0",
      "DynamicUser=yes",
      "NoNewPrivileges=yes",
      "ProtectSystem=strict",
      "CapabilityBoundingSet=",
    ]);
  });

  it("holds references only: where to look, never what is there", () => {
    expect(fileAt("/etc/godwit/mover.env").content.trim().split("\n")).to.deep.equal([
      "AWS_REGION=eu-west-1",
      `GODWIT_ENGINE_SECRET=${ARN}`,
    ]);
    expect(fileAt("/etc/godwit/mover.env").permissions).to.equal("0600");
    const rest = render().replaceAll("GODWIT_ENGINE_SECRET=", "").replaceAll(ARN, "");
    expect(rest).not.to.match(/token|passw|secret|postgres|akia|private key/i);
  });

  it("tells login shells what the service is told, so that a command line there is near its mover", () => {
    const { content, permissions } = fileAt("/etc/profile.d/godwit.sh");
    expect(permissions).to.equal("0644");
    const environment = execFileSync("/bin/sh", ["-c", `${content}\nenv`], {
      env: {},
      encoding: "utf8",
    });
    const { content: service } = fileAt("/etc/godwit/mover.env");
    expect(environment.split("\n")).to.include.members(service.trim().split("\n"));
  });

  it("is the same for the same arguments: a machine is replaced when it changes", () => {
    expect(render()).to.equal(render());
  });

  for (const [source, expected] of [
    [
      "https://artifacts.acme.example/godwit.tgz",
      /^npm install --global .*'https:\/\/artifacts\.acme\.example\/godwit\.tgz'$/m,
    ],
    [
      "s3://acme-artifacts/godwit.tgz",
      /^aws s3 cp 's3:\/\/acme-artifacts\/godwit\.tgz' (\S+)\nnpm install --global .* \1$/m,
    ],
    ["git+https://git.acme.example/godwit.git#v0.1.0", /git-core\nnpm install .*#v0\.1\.0'$/m],
  ] as const) {
    it(`gets godwit from ${source}`, () => {
      expect(fileAt("/usr/local/sbin/godwit-install", source).content).to.match(expected);
    });
  }
});
