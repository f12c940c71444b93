import { expect } from "chai";
import { parseSettings } from "../../components/config.ts";
import type { Problem } from "../../components/config.ts";
import { errorOf, network, parseRedis, problemsOf, rawRedis, rawSettings } from "./settings.ts";
import type { RawSettings } from "./settings.ts";

describe("settings of a stack", () => {
  it("are filled up with the defaults", () => {
    const settings = parseRedis(rawSettings());
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
    const settings = parseRedis(raw);
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
          wrong:
            "must be one of prepare, relay, fence, cutover, settled, but is cutovr; did you mean cutover?",
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
          wrong: "is not a setting; known here: clusterId; docs/settings.md has all",
        },
      },
      {
        what: "a name like none at the top",
        raw: rawSettings({ "godwit:zebra": "1" }),
        problem: {
          key: "godwit:zebra",
          wrong:
            "is not a setting; known here: target, app, production, secondApprover, soakHours, dataClass, " +
            "application, stage, mode, snapshot, finalSnapshot, relayUntil, sourceSecurityGroups, tokenRotation, " +
            "redis, mover, relay; docs/settings.md has all",
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
      "  godwit:stage must be one of prepare, relay, fence, cutover, settled, but is cutovr; did you mean cutover? Right: prepare",
      "Correct them in the stack's file Pulumi.<stack>.yaml, or with `pulumi config set`, and start again.",
    ]);
  });
});
