import { expect } from "chai";
import { network, problemsOf, rawRedis, rawSettings } from "./settings.ts";
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
