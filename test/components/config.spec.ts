import { expect } from "chai";
import { parseSettings, SettingsError } from "../../components/config.ts";
import type { Problem } from "../../components/config.ts";
import { rawRedis, rawSettings, redisSettings } from "./settings.ts";
import type { RawSettings } from "./settings.ts";

const TOKEN = "aB3!aB3!aB3!aB3!aB3!aB3!aB3!aB3!";

function errorOf(config: RawSettings, secretKeys: string[] = []): SettingsError {
  try {
    parseSettings(config, secretKeys);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error("The settings were accepted.");
}

const problemsOf = (config: RawSettings) => [...errorOf(config).problems];
const network = (changes: object) =>
  rawRedis({ network: { ...redisSettings.network, ...changes } });

describe("settings of a stack", () => {
  it("are filled up with the defaults", () => {
    const settings = parseSettings(rawSettings());
    expect(settings).to.include({
      region: "us-east-1",
      production: false,
      secondApprover: false,
      soakHours: 24,
      dataClass: "confidential",
    });
    expect(settings.redis).to.include({
      replicas: 1,
      maintenanceWindow: "sun:03:00-sun:04:00",
      snapshotWindow: "01:00-02:00",
      snapshotRetentionDays: 7,
      logRetentionDays: 30,
      applyImmediately: false,
      authUpdateStrategy: "ROTATE",
    });
    expect(settings.redis.record?.ttl).to.equal(60);
  });

  it("take a version that YAML has read as a number, and truth values and numbers as text", () => {
    const raw = {
      ...rawRedis({ engineVersion: 7.1 }),
      "godwit:production": "true",
      "godwit:soakHours": "48",
    };
    const settings = parseSettings(raw);
    expect(settings).to.include({ production: true, soakHours: 48 });
    expect(settings.redis.engineVersion).to.equal("7.1");
  });

  it("of other namespaces are passed over", () => {
    expect(parseSettings({ ...rawSettings(), "aws:profile": "x" })).not.to.have.property("profile");
  });

  it("are not changed by being checked", () => {
    const raw = Object.freeze(rawSettings());
    expect(parseSettings(raw)).to.deep.equal(parseSettings(raw));
  });

  describe("that are wrong are refused by name, with what is wrong and a right example", () => {
    const cases: { what: string; raw: RawSettings; problem: Problem }[] = [
      {
        what: "a missing one",
        raw: rawSettings({ "godwit:app": undefined }),
        problem: { key: "godwit:app", wrong: "is missing", example: "acme" },
      },
      {
        what: "a missing one inside",
        raw: network({ subnetGroup: undefined }),
        problem: {
          key: "godwit:redis.network.subnetGroup",
          wrong: "is missing",
          example: "{ existing: acme-cache-subnet-production }",
        },
      },
      {
        what: "a misspelt choice",
        raw: rawSettings({ "godwit:stage": "cutovr" }),
        problem: {
          key: "godwit:stage",
          wrong: "must be one of prepare, cutover, settled, but is cutovr; did you mean cutover?",
          example: "prepare",
        },
      },
      {
        what: "a misspelt name",
        raw: rawRedis({ nodeTyp: "cache.t3.micro" }),
        problem: {
          key: "godwit:redis.nodeTyp",
          wrong: "is not a setting; did you mean nodeType?",
          example: "nodeType: cache.t3.micro",
        },
      },
      {
        what: "a misspelt name at the top",
        raw: rawSettings({ "godwit:snapshott": "x" }),
        problem: {
          key: "godwit:snapshott",
          wrong: "is not a setting; did you mean snapshot?",
          example: "snapshot: acme-redis-production-20260301-0130",
        },
      },
      {
        what: "a name like none",
        raw: rawRedis({ source: { clusterId: "a", zebra: 1 } }),
        problem: {
          key: "godwit:redis.source.zebra",
          wrong: "is not a setting; known here: clusterId",
        },
      },
      {
        what: "a list's item",
        raw: network({ securityGroup: { create: { allowFrom: ["sg-1", "tasks"] } } }),
        problem: {
          key: "godwit:redis.network.securityGroup.create.allowFrom[1]",
          wrong: "must be a security group's id, but is tasks",
          example: "sg-0a1b2c3d4e5f60718",
        },
      },
      {
        what: "text instead of a map",
        raw: rawSettings({ "godwit:redis": "{ not: closed" }),
        problem: {
          key: "godwit:redis",
          wrong: 'must be a map of settings, but is "{ not: closed"',
          example:
            '{ seed: snapshot, engineVersion: "7.1", nodeType: cache.t3.micro, kms: { create: true }, ' +
            "network: { subnetGroup: { existing: acme-cache-subnet-production }, securityGroup: { create: " +
            "{ allowFrom: [sg-0a1b2c3d4e5f60718] } } }, alarms: { email: ops@example.com } }",
        },
      },
      {
        what: "an engine that cannot require TLS",
        raw: rawRedis({ engineVersion: "6.2" }),
        problem: {
          key: "godwit:redis.engineVersion",
          wrong:
            'must be a Redis engine version 7.x, which the parameter group redis7 is for, but is "6.2"',
          example: '"7.1"',
        },
      },
      {
        what: "a number out of bounds",
        raw: rawRedis({ replicas: 0 }),
        problem: {
          key: "godwit:redis.replicas",
          wrong: "must be a whole number from 1 to 5, but is 0",
          example: "1",
        },
      },
      {
        what: "too few subnets for Multi-AZ",
        raw: network({ subnetGroup: { create: { subnetIds: ["subnet-1"] } } }),
        problem: {
          key: "godwit:redis.network.subnetGroup.create.subnetIds",
          wrong: "must name subnets in at least two zones, for Multi-AZ, but is [subnet-1]",
          example: "[subnet-0a1b2c3d4e5f60718, subnet-0b2c3d4e5f6071829]",
        },
      },
      {
        what: "a name too long for the group's id",
        raw: rawSettings({ "godwit:app": "a".repeat(25) }),
        problem: {
          key: "godwit:app",
          wrong: `must be up to 24 small letters, digits and single hyphens, starting with a letter, but is ${"a".repeat(25)}`,
          example: "acme",
        },
      },
    ];
    for (const { what, raw, problem } of cases) {
      it(what, () => expect(problemsOf(raw)).to.deep.equal([problem]));
    }
  });

  describe("that contradict each other are refused", () => {
    const finalSnapshot = "acme-redis-production-final";
    const snapshot = "acme-redis-production-1";
    const cases: { what: string; raw: RawSettings; key: string; wrong: RegExp }[] = [
      {
        what: "existing and created at once",
        raw: network({
          subnetGroup: { existing: "a", create: { subnetIds: ["subnet-1", "subnet-2"] } },
        }),
        key: "godwit:redis.network.subnetGroup",
        wrong: /^has both `existing` and `create`; keep one$/,
      },
      {
        what: "neither existing nor created",
        raw: rawRedis({ kms: {} }),
        key: "godwit:redis.kms",
        wrong: /^needs either `create` or `existing`$/,
      },
      {
        what: "no way to deploy the application",
        raw: rawSettings({ "godwit:application": JSON.stringify({ logGroup: "/ecs/acme" }) }),
        key: "godwit:application",
        wrong: /^needs either `ecs` or `command`$/,
      },
      {
        what: "a created security group without its VPC",
        raw: network({ vpcId: undefined }),
        key: "godwit:redis.network.vpcId",
        wrong: /^is missing: the security group is created in it$/,
      },
      {
        what: "an empty group with a snapshot",
        raw: { ...rawRedis({ seed: "empty" }), "godwit:snapshot": snapshot },
        key: "godwit:snapshot",
        wrong: /^is set, but godwit:redis\.seed is empty/,
      },
      {
        what: "a cutover to a group that is not there",
        raw: rawSettings({ "godwit:stage": "cutover" }),
        key: "godwit:snapshot",
        wrong: /^is missing: in stage cutover the encrypted group serves/,
      },
      {
        what: "a move without a source",
        raw: rawRedis({ source: undefined }),
        key: "godwit:redis.source",
        wrong: /^is missing: in stage prepare/,
      },
      {
        what: "a retirement while the source serves",
        raw: rawSettings({ "godwit:finalSnapshot": finalSnapshot }),
        key: "godwit:finalSnapshot",
        wrong: /^is set in stage prepare, but the source still serves/,
      },
      {
        what: "a deletion without a last snapshot",
        raw: rawSettings({ "godwit:stage": "settled", "godwit:snapshot": snapshot }),
        key: "godwit:finalSnapshot",
        wrong: /^is missing: stage settled deletes the source/,
      },
      {
        what: "one name for two snapshots",
        raw: rawSettings({
          "godwit:stage": "cutover",
          "godwit:snapshot": snapshot,
          "godwit:finalSnapshot": snapshot,
        }),
        key: "godwit:finalSnapshot",
        wrong: /^is the snapshot that the group was restored from/,
      },
    ];
    for (const { what, raw, key, wrong } of cases) {
      it(what, () => {
        const [problem, ...others] = problemsOf(raw);
        expect(others).to.deep.equal([]);
        expect(problem!.key).to.equal(key);
        expect(problem!.wrong).to.match(wrong);
        expect(problem!.example).to.be.a("string").that.is.not.empty;
      });
    }
  });

  it("are all told at once, of every kind, however deep", () => {
    const raw = {
      ...rawRedis({
        engineVersion: "5",
        kms: { create: true, existing: "alias/x" },
        network: { securityGroup: { create: { allowFrom: [], open: true } } },
      }),
      "godwit:stage": "settled",
      "godwit:unknown": "x",
    };
    expect(problemsOf(raw).map(({ key }) => key)).to.have.members([
      "godwit:redis.engineVersion",
      "godwit:redis.kms",
      "godwit:redis.network.subnetGroup",
      "godwit:redis.network.securityGroup.create.allowFrom",
      "godwit:redis.network.securityGroup.create.open",
      "godwit:redis.network.vpcId",
      "godwit:unknown",
      "godwit:snapshot",
      "godwit:finalSnapshot",
    ]);
  });

  it("make one message: code, what state things are in, every problem, what to do", () => {
    const { message } = errorOf(rawSettings({ "godwit:stage": "cutovr", "godwit:app": undefined }));
    expect(message.split("\n")).to.deep.equal([
      "GODWIT_CONFIG: 2 settings are wrong; nothing was changed.",
      "  godwit:app is missing. Right: acme",
      "  godwit:stage must be one of prepare, cutover, settled, but is cutovr; did you mean cutover? Right: prepare",
      "Correct them in the stack's file Pulumi.<stack>.yaml, or with `pulumi config set`, and start again.",
    ]);
  });

  describe("that are secrets in plain text are refused with the command that encrypts them", () => {
    const withHeader = (name: string, value: unknown) =>
      rawSettings({
        "godwit:application": JSON.stringify({
          ecs: { cluster: "c", service: "s", container: "a" },
          check: { url: "https://api.example.com/", headers: { [name]: value } },
        }),
      });
    const header = (name: string) => `godwit:application.check.headers.${name}`;
    const cases: { what: string; raw: RawSettings; key: string; command: string }[] = [
      {
        what: "by the key's name",
        raw: rawSettings({ "godwit:redisAuthToken": "hunter2" }),
        key: "godwit:redisAuthToken",
        command: "pulumi config set --secret godwit:redisAuthToken",
      },
      ...[
        "authorization",
        "x-api-key",
        "cookie",
        "x-csrf-token",
        "client_secret",
        "dbPassword",
      ].map((name) => ({
        what: `by the name ${name}`,
        raw: withHeader(name, "abc"),
        key: header(name),
        command: `pulumi config set --secret --path '${header(name)}'`,
      })),
      ...["Bearer abc", "Basic dXNlcjpwYXNz", TOKEN].map((value) => ({
        what: `by a value like ${value.slice(0, 6)}…`,
        raw: withHeader("x-any", value),
        key: header("x-any"),
        command: `pulumi config set --secret --path '${header("x-any")}'`,
      })),
    ];
    for (const { what, raw, key, command } of cases) {
      it(what, () => {
        const error = errorOf(raw);
        const told = error.problems.filter(({ wrong }) =>
          wrong.startsWith("is a secret in plain text"),
        );
        expect(told.map((problem) => [problem.key, problem.example])).to.deep.equal([
          [key, command],
        ]);
      });
    }

    it("and are never repeated in the message", () => {
      const raw = rawRedis({ alarms: { topicArn: TOKEN }, nodeType: TOKEN });
      const { message } = errorOf({ ...raw, "godwit:stage": TOKEN, "godwit:authToken": "hunter2" });
      expect(message).not.to.include(TOKEN);
      expect(message).not.to.include("hunter2");
    });

    it("but not where Pulumi keeps the setting encrypted", () => {
      const raw = withHeader("authorization", "Bearer abc");
      const { application } = parseSettings(raw, ["godwit:application"]);
      expect(application?.check?.headers).to.deep.equal({ authorization: "Bearer abc" });
    });

    it("nor where the stack's file holds the value encrypted; it then reads as such", () => {
      const raw = withHeader("authorization", { secure: "v1:abc" });
      const { application } = parseSettings(raw);
      expect(application?.check?.headers).to.deep.equal({ authorization: "[encrypted]" });
    });

    it("nor ARNs, ids and names of snapshots", () => {
      const raw = rawSettings({
        "godwit:snapshot": "acme-redis-production-pre-encryption-20260301-0130",
        "godwit:redis": JSON.stringify({
          ...redisSettings,
          kms: {
            existing: "arn:aws:kms:us-east-1:123456789012:key/0a1B2c3D-4e5F-6071-8293-a4B5c6D7e8F9",
          },
        }),
      });
      expect(() => parseSettings(raw)).not.to.throw();
    });
  });
});
