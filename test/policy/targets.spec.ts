import { expect } from "chai";
import { evaluate } from "../../policy/index.ts";
import type { Resource } from "../../policy/plan.ts";
import { CdnUnderTest } from "../components/cdn/cdnUnderTest.ts";
import { moverArgs } from "../components/mover/moverArgs.ts";
import { relayPlaceArgs, relaysArgs } from "../components/relay/relaysArgs.ts";
import { RedisUnderTest } from "../components/redis/redisUnderTest.ts";
import type { Declared } from "../support/mocks.ts";

const TODAY = "2026-11-21";
/** The component test's distribution, as its ARN ends. */
const DISTRIBUTION = "E1";

function asPlanned({ urn, type, name, inputs }: Declared): Resource {
  const id = type.endsWith(":Distribution") ? DISTRIBUTION : `${name}-id`;
  return { urn, type, name, id, inputs };
}

function reportOf(target: string, declared: readonly Declared[]) {
  const resources = declared.map(asPlanned);
  return evaluate({ target, stack: "test", resources, attestations: [], today: TODAY });
}

/** Nothing is found, every waiver is needed, and nothing is left open. */
const PASSES = { findings: [], waiverProblems: [], undecided: [] };

describe("the policy of cdn", () => {
  const cdn = new CdnUnderTest();

  it("is kept, with its waivers", async () => {
    const report = reportOf("cdn", await cdn.declare({ redirectUploads: true }));
    expect(report).to.deep.include(PASSES);
    expect(report.waived).to.have.length(9);
  });

  it("finds a bucket that is opened", async () => {
    const declared = await cdn.declare({ redirectUploads: true });
    const opened = declared.map((resource) =>
      resource.name === "cdn-assets-access-block"
        ? { ...resource, inputs: { ...resource.inputs, blockPublicPolicy: false } }
        : resource,
    );
    const { findings } = reportOf("cdn", opened);
    expect(
      findings.map(({ rule, resource, problem }) => `${rule} ${resource} ${problem}`),
    ).to.deep.equal([
      "S3BucketLevelPublicAccessProhibited cdn-assets leaves public access open: blockPublicPolicy",
    ]);
  });
});

describe("the policy of redis", () => {
  const redis = new RedisUnderTest();

  async function declareAll(): Promise<Declared[]> {
    const { RelayPlace } = await import("../../components/relay/place.ts");
    const { Relays } = await import("../../components/relay/relays.ts");
    const { MoverPlace } = await import("../../components/mover/place.ts");
    const { Mover } = await import("../../components/mover/mover.ts");
    const opts = { transformations: [redis.cloud.watch] };
    const owner = { app: "acme", environment: "test", dataClass: "confidential" } as const;
    const place = new MoverPlace("mover-place", { ...owner, subnetId: "subnet-0acme1" }, opts);
    new RelayPlace("relay-place", relayPlaceArgs({ moverGroupId: place.securityGroupId }), opts);
    new Relays("relays", relaysArgs(), opts);
    new Mover("mover", moverArgs(), opts);
    redis.build({ seed: { from: "nothing" } });
    return await redis.cloud.declared();
  }

  it("is kept in the middle of a move, with its waivers", async () => {
    const report = reportOf("redis", await declareAll());
    expect(report).to.deep.include(PASSES);
  });

  it("is kept after the move, when the waivers of what has gone rest", async () => {
    const declared = await redis.declare({ stage: "settled", source: undefined });
    const report = reportOf("redis", declared);
    expect(report).to.deep.include(PASSES);
    expect(report.waived.map(({ resource }) => resource)).to.have.members([
      "redis-group",
      "redis-secret",
    ]);
  });
});
