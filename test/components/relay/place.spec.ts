import { expect } from "chai";
import type { RelayPlaceArgs } from "../../../components/relay/place.ts";
import { MockCloud } from "../../support/mocks.ts";
import type { Declared } from "../../support/mocks.ts";
import { valueOf } from "../../support/outputs.ts";
import { rejection } from "../../support/rejection.ts";
import { relayPlaceArgs } from "./relaysArgs.ts";

describe("RelayPlace", () => {
  const cloud = new MockCloud();
  before(() => cloud.install());
  beforeEach(() => cloud.reset());

  async function build(changes: Partial<RelayPlaceArgs> = {}) {
    const { RelayPlace } = await import("../../../components/relay/place.ts");
    return new RelayPlace("place", relayPlaceArgs(changes), { transformations: [cloud.watch] });
  }
  async function declare(): Promise<Declared[]> {
    await build();
    return await cloud.declared();
  }
  const child = async (name: string) =>
    (await declare()).find((resource) => resource.name === name)!.inputs;

  it("declares groups, balancer and the rules between them, and nothing else", async () => {
    const names = (await declare()).map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
    expect(names).to.deep.equal([
      "RelayPlace place",
      "SecurityGroup place-balancer-group",
      "SecurityGroup place-relays-group",
      "SecurityGroupEgressRule place-balancer-to-clients",
      "SecurityGroupEgressRule place-balancer-to-health",
      "SecurityGroupEgressRule place-mover-to-control",
      "SecurityGroupEgressRule place-mover-to-health",
      "SecurityGroupEgressRule place-to-api",
      "LoadBalancer place-balancer",
      "TargetGroup place-targets",
      "Listener place-listener",
    ]);
  });

  it("has a balancer for the network, inside it, in both zones, behind its own group", async () => {
    expect(await child("place-balancer")).to.deep.include({
      name: "acme-relay",
      loadBalancerType: "network",
      internal: true,
      subnets: ["subnet-0acme1", "subnet-0acme2"],
      securityGroups: ["place-balancer-group-id"],
      enableCrossZoneLoadBalancing: true,
      enableDeletionProtection: false,
    });
  });

  it("listens on the data servers' port, and lets a connection be silent as long as the service can", async () => {
    expect(await child("place-listener")).to.deep.include({
      port: 6379,
      protocol: "TCP",
      tcpIdleTimeoutSeconds: 6000,
      defaultActions: [
        { type: "forward", targetGroupArn: "arn:aws:mock:us-east-1:123456789012:place-targets" },
      ],
    });
  });

  it("sends clients to machines that say they are well, and cuts them off from those that do not", async () => {
    expect(await child("place-targets")).to.deep.include({
      name: "acme-relay",
      targetType: "instance",
      protocol: "TCP",
      port: 6379,
      vpcId: "vpc-0acme",
      preserveClientIp: "true",
      connectionTermination: true,
      deregistrationDelay: 10,
      targetHealthStates: [{ enableUnhealthyConnectionTermination: true }],
      healthCheck: {
        protocol: "HTTP",
        port: "6381",
        path: "/healthz",
        matcher: "200",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      },
    });
  });

  describe("lets in", () => {
    const opened = (inputs: Declared["inputs"]) =>
      (inputs.ingress as { fromPort: number; toPort: number; securityGroups: string[] }[]).map(
        ({ fromPort, toPort, securityGroups }) => {
          expect(toPort).to.equal(fromPort);
          return [fromPort, securityGroups];
        },
      );

    it("the clients at the balancer, and nobody else", async () => {
      const group = await child("place-balancer-group");
      expect(opened(group)).to.deep.equal([[6379, ["sg-0acmetasks"]]]);
      expect(JSON.stringify(group)).not.to.include("cidr");
    });

    it("the balancer and the mover at the relays, each where it has something to do", async () => {
      const group = await child("place-relays-group");
      expect(group).to.include({ name: "acme-relay", vpcId: "vpc-0acme" });
      expect(opened(group)).to.deep.equal([
        [6379, ["place-balancer-group-id"]],
        [6380, ["sg-0mover"]],
        [6381, ["place-balancer-group-id", "sg-0mover"]],
      ]);
      expect(JSON.stringify(group)).not.to.include("cidr");
    });
  });

  it("lets the balancer and the mover out to the relays only, and the relays to the API", async () => {
    const rules = (await declare()).filter(({ type }) => type.endsWith("EgressRule"));
    const ways = rules.map(({ inputs }) => {
      const { securityGroupId, referencedSecurityGroupId, cidrIpv4, fromPort, toPort } = inputs;
      return [securityGroupId, referencedSecurityGroupId ?? cidrIpv4, fromPort, toPort];
    });
    expect(ways).to.deep.equal([
      ["place-balancer-group-id", "place-relays-group-id", 6379, 6379],
      ["place-balancer-group-id", "place-relays-group-id", 6381, 6381],
      ["sg-0mover", "place-relays-group-id", 6380, 6380],
      ["sg-0mover", "place-relays-group-id", 6381, 6381],
      ["place-relays-group-id", "0.0.0.0/0", 443, 443],
    ]);
  });

  it("says where clients connect", async () => {
    const place = await build();
    expect(await valueOf(place.host)).to.equal("place-balancer.elb.test");
    expect(await valueOf(place.port)).to.equal(6379);
  });

  for (const subnetIds of [
    ["subnet-0acme1", "subnet-0acme1"],
    ["subnet-0acme1"],
    ["subnet-1", "subnet-2", "subnet-3"],
  ]) {
    it(`refuses ${subnetIds.join(", ")} before anything is declared`, async () => {
      const error = (await rejection(build({ subnetIds }))) as Error;
      expect(error.message).to.match(/`subnetIds` must name two different subnets, in two zones/);
      expect(await cloud.declared()).to.deep.equal([]);
    });
  }

  it("refuses two subnets in one zone, and says which", async () => {
    const place = await build({ subnetIds: ["subnet-0acme1", "subnet-0acme3"] });
    const error = (await rejection(valueOf(place.vpcId))) as Error;
    expect(error.message).to.include(
      "The relays' subnets must be in two zones of one VPC, but are subnet-0acme1 in us-east-1a of vpc-0acme and " +
        "subnet-0acme3 in us-east-1a of vpc-0acme. Nothing of the relays was made. Correct godwit:relay.subnetIds.",
    );
  });
});
