import { expect } from "chai";
import { parse } from "yaml";
import { relayUserData } from "../../../components/relay/userData.ts";

const ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme";

describe("a relay's user data", () => {
  const text = relayUserData({
    node: "relay-2",
    region: "eu-west-1",
    runbook: "redis-encryption",
    source: { host: "acme-redis.abc.0001.euw1.cache.amazonaws.com", port: 6379 },
    target: { host: "master.acme.abc.euw1.cache.amazonaws.com", port: 6380 },
    tokenSecretArn: `${ARN}/redis/auth-token-AbCdEf`,
    controlSecretArn: `${ARN}/godwit/relay-AbCdEf`,
    move: "acme-redis-encrypted",
    until: "2026-03-08T12:00:00Z",
    maxClients: 5000,
    package: "https://artifacts.acme.example/godwit.tgz",
  });
  const config = parse(text) as {
    write_files: { path: string; permissions: string; content: string }[];
    runcmd: string[][];
  };
  const fileAt = (path: string) => config.write_files.find((file) => file.path === path);

  it("tells the relay its servers, its secrets' places, its move and its end", () => {
    const { content, permissions } = fileAt("/etc/godwit/relay.env")!;
    expect(permissions).to.equal("0600");
    expect(content.trim().split("\n")).to.deep.equal([
      "AWS_REGION=eu-west-1",
      "GODWIT_RELAY_NAME=relay-2",
      "GODWIT_RELAY_LISTEN=0.0.0.0",
      "GODWIT_RELAY_SOURCE=acme-redis.abc.0001.euw1.cache.amazonaws.com:6379",
      "GODWIT_RELAY_TARGET=master.acme.abc.euw1.cache.amazonaws.com:6380",
      `GODWIT_RELAY_TOKEN_SECRET=${ARN}/redis/auth-token-AbCdEf`,
      `GODWIT_RELAY_CONTROL_SECRET=${ARN}/godwit/relay-AbCdEf`,
      "GODWIT_RELAY_MOVE=acme-redis-encrypted",
      "GODWIT_RELAY_REPLICAS=1",
      "GODWIT_RELAY_UNTIL=2026-03-08T12:00:00Z",
      "GODWIT_RELAY_MAX_CLIENTS=5000",
    ]);
  });

  it("starts it again whatever ends it, with file descriptors for its clients, as nobody in particular", () => {
    const unit = fileAt("/etc/systemd/system/godwit-relay.service")!.content.split("\n");
    expect(unit).to.include.members([
      "ExecStart=/usr/local/bin/godwit relay redis-encryption",
      "EnvironmentFile=/etc/godwit/relay.env",
      "Environment=GODWIT_HOME=/var/lib/godwit",
      "Restart=always",
      "RestartSec=1",
      "StartLimitIntervalSec=0",
      "LimitNOFILE=65536",
      "DynamicUser=yes",
      "NoNewPrivileges=yes",
      "ProtectSystem=strict",
      "CapabilityBoundingSet=",
    ]);
    expect(config.runcmd.at(-1)).to.deep.equal([
      "systemctl",
      "enable",
      "--now",
      "godwit-relay.service",
    ]);
  });

  it("leaves login shells alone", () => {
    expect(fileAt("/etc/profile.d/godwit.sh")).to.equal(undefined);
  });

  it("holds references only: where secrets are, never what they are", () => {
    const rest = text.replaceAll(/GODWIT_RELAY_(TOKEN|CONTROL)_SECRET=arn:\S+/g, "");
    expect(rest).not.to.match(/token|passw|secret|akia|private key/i);
  });
});
