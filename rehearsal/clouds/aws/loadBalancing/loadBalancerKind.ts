import { randomBytes } from "node:crypto";
import { BalancerProcess } from "../../../networkBalancer/index.ts";
import { flag, given, tags, text, texts } from "../../properties.ts";
import { AwsError, type CheckFailure, type Properties, type ResourceKind } from "../../world.ts";
import { applyAll } from "./apply.ts";
import {
  balancerOf,
  listenersOf,
  type Front,
  type LoadBalancer,
  type LoadBalancingAccount,
} from "./model.ts";
import { nameFailures } from "./names.ts";

/** Of network load balancers in us-east-1. */
const HOSTED_ZONE = "Z26RNL4JYFTOTI";
const TTL_SECONDS = 60;

/** `aws.lb.LoadBalancer`: internal network load balancers with security groups. */
export function loadBalancerKind(account: LoadBalancingAccount): ResourceKind {
  return {
    type: "aws:lb/loadBalancer:LoadBalancer",
    replaceOn: ["name", "namePrefix", "internal", "loadBalancerType", "subnets", "subnetMappings"],
    actions: {
      create: "elasticloadbalancing:CreateLoadBalancer",
      update: "elasticloadbalancing:ModifyLoadBalancerAttributes",
      read: "elasticloadbalancing:DescribeLoadBalancers",
      delete: "elasticloadbalancing:DeleteLoadBalancer",
    },
    check: checkInputs,
    async create(inputs) {
      const created = await createBalancer(account, inputs);
      return { id: created.arn, outputs: { ...given(inputs), ...outputsOf(created) } };
    },
    async update(id, inputs) {
      const found = balancerOf(account, id);
      found.securityGroups = knownGroups(account, inputs);
      found.crossZone = flag(inputs, "enableCrossZoneLoadBalancing") ?? false;
      found.tags = tags(inputs);
      await applyAll(account);
      return { ...given(inputs), ...outputsOf(found) };
    },
    async read(id, state) {
      const found = account.balancers.get(id);
      if (!found) return undefined;
      const outputs = { ...given(state), ...outputsOf(found) };
      return { id, outputs, inputs: inputsOf(found) };
    },
    delete: (id, state) => deleteBalancer(account, id, state),
  };
}

function checkInputs(inputs: Properties): readonly CheckFailure[] {
  const failures = [...nameFailures(inputs)];
  const refuse = (property: string, reason: string) => failures.push({ property, reason });
  if (text(inputs, "loadBalancerType") !== "network") {
    refuse("loadBalancerType", "this stand-in has network load balancers only");
  }
  if (flag(inputs, "internal") !== true) {
    refuse("internal", "this stand-in has internal load balancers only");
  }
  if ("securityGroups" in inputs && texts(inputs, "securityGroups").length === 0) {
    refuse("securityGroups", "this stand-in has load balancers with security groups only");
  }
  return failures;
}

async function createBalancer(
  account: LoadBalancingAccount,
  inputs: Properties,
): Promise<LoadBalancer> {
  const { world, balancers } = account;
  const name = text(inputs, "name") ?? "";
  refuseNameTwice(account, name);
  const securityGroups = knownGroups(account, inputs);
  const id = randomBytes(8).toString("hex");
  const path = `net/${name}/${id}`;
  const fronts = frontsOf(account, id, inputs);
  const created: LoadBalancer = {
    arn: world.account.arn("elasticloadbalancing", `loadbalancer/${path}`),
    path,
    name,
    dnsName: `${name}-${id}.elb.${world.account.region}.amazonaws.com`,
    vpcId: account.options.network.vpcs[0]?.id ?? "",
    createdAt: new Date(),
    fronts,
    process: await BalancerProcess.start(world, `balancer-${name}`),
    securityGroups,
    crossZone: flag(inputs, "enableCrossZoneLoadBalancing") ?? false,
    tags: tags(inputs),
  };
  balancers.set(created.arn, created);
  const values = fronts.map(({ host }) => host);
  world.names.set({ name: created.dnsName, type: "A", ttl: TTL_SECONDS, values });
  return created;
}

function refuseNameTwice({ balancers }: LoadBalancingAccount, name: string): void {
  if (![...balancers.values()].some((each) => each.name === name)) return;
  const message = `A load balancer with the same name '${name}' exists, but with different settings`;
  throw new AwsError("DuplicateLoadBalancerName", message);
}

function knownGroups({ options }: LoadBalancingAccount, inputs: Properties): readonly string[] {
  const groups = texts(inputs, "securityGroups");
  for (const group of groups) options.network.group(group);
  return groups;
}

/** An address in each subnet. */
function frontsOf(account: LoadBalancingAccount, id: string, inputs: Properties): Front[] {
  const mappings = (inputs["subnetMappings"] as readonly Properties[] | undefined) ?? [];
  const mapped = mappings.flatMap((mapping) => text(mapping, "subnetId") ?? []);
  return [...texts(inputs, "subnets"), ...mapped].map((subnetId) => {
    const subnet = account.options.network.subnet(subnetId);
    if (!subnet) throw new AwsError("SubnetNotFound", `The subnet ID '${subnetId}' does not exist`);
    const host = account.world.network.claim(`${id} in ${subnetId}`);
    return { subnetId, zone: subnet.availabilityZone, host };
  });
}

async function deleteBalancer(
  account: LoadBalancingAccount,
  arn: string,
  state: Properties,
): Promise<void> {
  const { world, balancers, listeners } = account;
  const found = balancers.get(arn);
  if (!found) return;
  if (flag(state, "enableDeletionProtection") === true) {
    const message = `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`;
    throw new AwsError("OperationNotPermitted", message);
  }
  balancers.delete(arn);
  for (const listener of listenersOf(account, arn)) listeners.delete(listener.arn);
  world.names.remove(found.dnsName, "A");
  await found.process.stop();
  const id = found.path.split("/").at(-1)!;
  for (const { subnetId } of found.fronts) world.network.release(`${id} in ${subnetId}`);
}

/** The inputs that describe a load balancer, as an import finds them. */
function inputsOf({ name, fronts, securityGroups, crossZone, tags }: LoadBalancer) {
  return {
    name,
    internal: true,
    loadBalancerType: "network",
    subnets: fronts.map(({ subnetId }) => subnetId),
    securityGroups,
    enableCrossZoneLoadBalancing: crossZone,
    ...(Object.keys(tags).length > 0 && { tags }),
  };
}

function outputsOf(found: LoadBalancer) {
  return {
    ...inputsOf(found),
    arn: found.arn,
    arnSuffix: found.path,
    dnsName: found.dnsName,
    zoneId: HOSTED_ZONE,
    vpcId: found.vpcId,
    ipAddressType: "ipv4",
    enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: "on",
    enablePrefixForIpv6SourceNat: "off",
    secondaryIpsAutoAssignedPerSubnet: 0,
    subnetMappings: found.fronts.map(({ subnetId }) => ({
      subnetId,
      allocationId: "",
      ipv6Address: "",
      outpostId: "",
      privateIpv4Address: "",
    })),
    tagsAll: found.tags,
  };
}
