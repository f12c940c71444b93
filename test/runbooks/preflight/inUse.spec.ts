import { expect } from "chai";
import { inUseByOthers, virtualCpus } from "../../../runbooks/preflight/inUse.ts";
import { refuseRoot } from "../../../runbooks/preflight/root.ts";
import { QueryService, type Answers } from "../../support/queryService.ts";

const own = ["managed-by:godwit", "application:acme", "environment:prod"];
const item = (content: string, tags: readonly string[] = []) =>
  `<item>${content}<tagSet>${tags
    .map((tag) => tag.split(":"))
    .map(([key, value]) => `<item><key>${key}</key><value>${value}</value></item>`)
    .join("")}</tagSet></item>`;
const gateway = (subnet: string, tags?: readonly string[]) =>
  item(`<subnetId>${subnet}</subnetId>`, tags);
const machine = (type: string, tags?: readonly string[]) =>
  `<item><instancesSet>${item(`<instanceType>${type}</instanceType>`, tags)}</instancesSet></item>`;
const placed = (id: string, zone: string) =>
  `<item><subnetId>${id}</subnetId><availabilityZone>${zone}</availabilityZone></item>`;

/** What EC2 and STS answer, by action. */
const answers: Answers = {
  DescribeVpcs: () => `<vpcSet>${item("")}${item("", own)}${item("", own.slice(0, 2))}</vpcSet>`,
  DescribeAddresses: () => `<addressesSet>${item("")}${item("", own)}</addressesSet>`,
  DescribeNatGateways: () =>
    `<natGatewaySet>${gateway("subnet-1")}${gateway("subnet-2")}${gateway("subnet-3")}${gateway("subnet-3", own)}</natGatewaySet>`,
  DescribeSubnets: () =>
    `<subnetSet>${placed("subnet-1", "a")}${placed("subnet-2", "a")}${placed("subnet-3", "b")}</subnetSet>`,
  DescribeInstances: () =>
    `<reservationSet>${machine("t3.medium")}${machine("m6i.4xlarge")}${machine("g5.xlarge")}${machine("t3.large", own)}</reservationSet>`,
};

describe("what an account has already", () => {
  const account = new QueryService();
  account.answers = answers;

  it("is counted without what is the target's own, gateways in the fullest zone, processors of standard families", async () => {
    const used = await inUseByOthers(account.client, { app: "acme", environment: "prod" });
    expect(used).to.deep.equal({
      vpcs: 2,
      addresses: 1,
      natGatewaysOfFullestZone: 2,
      // A t3.medium's and an m6i.4xlarge's; a g5 has a quota of its own.
      cpus: 2 + 16,
    });
  });

  it("is never changed in the name of the root user", () => {
    const root = { Arn: "arn:aws:iam::123456789012:root", Account: "123456789012", $metadata: {} };
    expect(() => refuseRoot(root)).to.throw("root user of account 123456789012");
  });

  it("counts processors by the type's size", () => {
    expect(["t3.micro", "t4g.large", "m6i.xlarge", "c7g.16xlarge"].map(virtualCpus)).to.deep.equal([
      2, 2, 4, 64,
    ]);
  });
});
