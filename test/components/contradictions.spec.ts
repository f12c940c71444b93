import { expect } from "chai";
import { parseSettings } from "../../components/config.ts";
import { network, problemsOf, rawRedis, rawRelay, rawSettings, relaySettings } from "./settings.ts";
import type { RawSettings } from "./settings.ts";

describe("settings that contradict each other are refused", () => {
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
      what: "a live move with a snapshot",
      raw: rawSettings({ "godwit:mode": "live", "godwit:snapshot": snapshot }),
      key: "godwit:snapshot",
      wrong: /^is set, but godwit:mode is live/,
    },
    {
      what: "a move behind relays with a snapshot",
      raw: rawRelay({ "godwit:snapshot": snapshot }),
      key: "godwit:snapshot",
      wrong: /^is set, but godwit:mode is relay/,
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
    {
      what: "a move behind relays without their settings",
      raw: rawRelay({ "godwit:relay": undefined }),
      key: "godwit:relay",
      wrong: /^is missing: in mode relay/,
    },
    {
      what: "a move behind relays without a mover",
      raw: rawRelay({ "godwit:mover": undefined }),
      key: "godwit:mover",
      wrong: /^is missing: in mode relay/,
    },
    {
      what: "relays without an end",
      raw: rawRelay({ "godwit:relayUntil": undefined }),
      key: "godwit:relayUntil",
      wrong: /^is missing: relays are never without an end/,
    },
    ...(["fence", "cutover"] as const).map((stage) => ({
      what: `a fence without the way back, in stage ${stage}`,
      raw: rawRelay({ "godwit:stage": stage, "godwit:sourceSecurityGroups": undefined }),
      key: "godwit:sourceSecurityGroups",
      wrong: new RegExp(`^is missing: in stage ${stage} the source is fenced`),
    })),
    ...(["relay", "fence"] as const).map((stage) => ({
      what: `stage ${stage} of a move without relays`,
      raw: rawRelay({ "godwit:mode": "live", "godwit:stage": stage }),
      key: "godwit:stage",
      wrong: new RegExp(`^is ${stage}, but godwit:mode is live`),
    })),
    ...(["relay", "fence"] as const).map((stage) => ({
      what: `a retirement in stage ${stage}`,
      raw: rawRelay({ "godwit:stage": stage, "godwit:finalSnapshot": finalSnapshot }),
      key: "godwit:finalSnapshot",
      wrong: new RegExp(`^is set in stage ${stage}, but the source still serves`),
    })),
    ...(["added", "set"] as const).map((tokenRotation) => ({
      what: `a token rotated too early, ${tokenRotation}`,
      raw: rawRelay({ "godwit:stage": "cutover", "godwit:tokenRotation": tokenRotation }),
      key: "godwit:tokenRotation",
      wrong: new RegExp(`^is set to ${tokenRotation} in stage cutover`),
    })),
    {
      what: "both relays in one subnet",
      raw: rawRelay({
        "godwit:relay": JSON.stringify({
          ...relaySettings,
          subnetIds: ["subnet-0acme1", "subnet-0acme1"],
        }),
      }),
      key: "godwit:relay.subnetIds",
      wrong: /^must name two different subnets, in two zones$/,
    },
    {
      what: "a single relay",
      raw: rawRelay({
        "godwit:relay": JSON.stringify({ ...relaySettings, subnetIds: ["subnet-0acme1"] }),
      }),
      key: "godwit:relay.subnetIds",
      wrong: /^must name two subnets, in two zones/,
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

  it("but not what is left over of a move behind relays, or still missing before it", () => {
    const settled = {
      "godwit:stage": "settled",
      "godwit:finalSnapshot": finalSnapshot,
      "godwit:tokenRotation": "set",
    };
    const without = {
      "godwit:relay": undefined,
      "godwit:mover": undefined,
      "godwit:relayUntil": undefined,
      "godwit:sourceSecurityGroups": undefined,
    };
    for (const raw of [
      rawRelay({ ...settled, ...without }),
      rawRelay(settled),
      rawRelay({ "godwit:stage": "relay", "godwit:sourceSecurityGroups": undefined }),
      rawRelay({ "godwit:relayUntil": "2020-01-01T00:00:00Z" }),
    ]) {
      expect(() => parseSettings(raw)).not.to.throw();
    }
  });
});
