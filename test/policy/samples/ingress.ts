import { resource } from "../resources.ts";
import type { Sample } from "./sample.ts";

const open = (port: number, cidrBlocks = ["0.0.0.0/0"]) => ({
  ingress: [{ protocol: "tcp", fromPort: port, toPort: port, cidrBlocks }],
});

export const ingress: Sample[] = [
  {
    type: "aws:ec2/securityGroup:SecurityGroup",
    inputs: open(443),
    broken: {
      EC2RestrictedSSH: open(22),
      EC2RestrictedCommonPorts: open(3389),
      EC2RestrictedDataPorts: open(5432),
      EC2OnlyWebPortsOpen: { ingress: [{ protocol: "-1", cidrBlocks: ["0.0.0.0/0"] }] },
    },
  },
  {
    type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    inputs: { ipProtocol: "tcp", fromPort: 6379, toPort: 6379, referencedSecurityGroupId: "sg-1" },
    broken: { EC2RestrictedDataPorts: { cidrIpv6: "::/0" } },
  },
];

const fromGroups = (port: number, securityGroups: string[]) => ({
  ingress: [{ protocol: "tcp", fromPort: port, toPort: port, securityGroups }],
});
const MOVER = ["godwit:mover:MoverPlace"];
const PLACE = ["godwit:relay:RelayPlace"];

export const relays: Sample[] = [
  {
    type: "aws:ec2/securityGroup:SecurityGroup",
    within: PLACE,
    inputs: fromGroups(6380, ["mover-group-id"]),
    beside: [resource("aws:ec2/securityGroup:SecurityGroup", {}, "mover-group", MOVER)],
    broken: {
      RelayNamedClientsOnly: open(6379, ["10.0.0.0/8"]),
      RelayControlByMoverOnly: fromGroups(6380, ["sg-0clients"]),
    },
  },
  {
    type: "aws:lb/loadBalancer:LoadBalancer",
    within: PLACE,
    inputs: {
      loadBalancerType: "network",
      internal: true,
      enableDeletionProtection: true,
      accessLogs: { enabled: true },
    },
    broken: { RelayBalancerInternal: { internal: false } },
  },
  {
    type: "aws:ec2/instance:Instance",
    within: ["godwit:relay:Relays"],
    inputs: { userData: "GODWIT_RELAY_UNTIL=2026-03-08T12:00:00Z\n" },
    broken: { RelayExpires: { userData: "GODWIT_RELAY_NAME=relay-1\n" } },
  },
];
