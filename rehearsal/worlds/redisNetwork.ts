import type { SecurityGroup, Vpc } from "../clouds/aws/ec2.ts";
import type { Zone } from "../clouds/aws/route53.ts";
import type { SubnetGroup } from "../clouds/aws/elasticache/model.ts";

const REDIS_PORT = 6379;
const VPC_ID = "vpc-0acme";

export const vpcs: readonly Vpc[] = [
  {
    id: VPC_ID,
    cidrBlock: "10.20.0.0/16",
    subnets: [
      { id: "subnet-0acme1", cidrBlock: "10.20.1.0/24", availabilityZone: "us-east-1a" },
      { id: "subnet-0acme2", cidrBlock: "10.20.2.0/24", availabilityZone: "us-east-1b" },
    ],
  },
];

/** Of the tasks and of the cache; only the tasks reach the cache. */
export const securityGroups = (): SecurityGroup[] => [
  group("sg-0acmetasks", "acme-tasks", "Tasks of acme-api"),
  {
    ...group("sg-0acmecache", "acme-cache", "Redis of acme-api"),
    ingress: [
      {
        id: "sgr-0acmecache",
        protocol: "tcp",
        fromPort: REDIS_PORT,
        toPort: REDIS_PORT,
        groupId: "sg-0acmetasks",
      },
    ],
  },
];

function group(id: string, name: string, description: string): SecurityGroup {
  const everywhere = {
    id: `${id}-out`,
    protocol: "-1",
    fromPort: -1,
    toPort: -1,
    cidr: "0.0.0.0/0",
  };
  return { id, name, description, vpcId: VPC_ID, tags: {}, ingress: [], egress: [everywhere] };
}

export const subnetGroups: readonly SubnetGroup[] = [
  {
    name: "acme-cache-subnet-production",
    description: "Cache subnets of acme",
    subnetIds: ["subnet-0acme1", "subnet-0acme2"],
    vpcId: VPC_ID,
    tags: {},
  },
];

export const zones: readonly Zone[] = [{ id: "Z0ACME", name: "acme.internal" }];
