import { expect } from "chai";
import { findExisting } from "../../../runbooks/cloud/find.ts";
import { startCloudTwin, type CloudTwin } from "../../rehearsal/cloudTwin.ts";

const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const TARGETS = "aws:lb/targetGroup:TargetGroup";
const LISTENER = "aws:lb/listener:Listener";
const tags = { application: "acme", environment: "test", "managed-by": "godwit" };

describe("what a killed update left of the relays' balancer", function () {
  this.timeout(60_000);
  let twin: CloudTwin;
  let made: { readonly type: string; readonly inputs: Record<string, unknown>; id: string }[];

  before(async () => {
    twin = await startCloudTwin();
    const balancer = await create(BALANCER, {
      name: "acme-relay",
      loadBalancerType: "network",
      internal: true,
      subnets: ["subnet-0acme1", "subnet-0acme2"],
      securityGroups: ["sg-0acmetasks"],
    });
    const targets = await create(TARGETS, {
      name: "acme-relay",
      targetType: "instance",
      protocol: "TCP",
      port: 6379,
      vpcId: "vpc-0acme",
    });
    const listener = await create(LISTENER, {
      loadBalancerArn: balancer.id,
      port: 6379,
      protocol: "TCP",
      defaultActions: [{ type: "forward", targetGroupArn: targets.id }],
    });
    made = [balancer, targets, listener];
  });
  after(async () => await twin?.stop());

  async function create(type: string, own: Record<string, unknown>) {
    const inputs = { ...own, tags };
    return { type, inputs, id: (await twin.resource("create", type, { inputs })).id };
  }
  const find = (type: string, inputs: Record<string, unknown>) =>
    findExisting(twin.twin.environment.env)({ urn: "", type, inputs });

  for (const [index, type] of [BALANCER, TARGETS, LISTENER].entries()) {
    it(`is found: ${type.split(":").at(-1)}`, async () => {
      const { inputs, id } = made[index]!;
      expect(await find(type, inputs)).to.equal(id);
    });

    it(`is not taken for another stack's: ${type.split(":").at(-1)}`, async () => {
      const { inputs } = made[index]!;
      const others = { ...inputs, tags: { ...tags, environment: "prod" } };
      expect(await find(type, others)).to.equal(undefined);
    });
  }

  it("is not there under another name or port, nor where its balancer is gone", async () => {
    const [balancer, targets, listener] = made.map(({ inputs }) => inputs);
    expect(await find(BALANCER, { ...balancer, name: "other" })).to.equal(undefined);
    expect(await find(TARGETS, { ...targets, name: "other" })).to.equal(undefined);
    expect(await find(LISTENER, { ...listener, port: 6380 })).to.equal(undefined);
    const gone = `${made[0]!.id}gone`;
    expect(await find(LISTENER, { ...listener, loadBalancerArn: gone })).to.equal(undefined);
  });
});
