import { text } from "./fields.ts";

/* Ids that the cloud has given. */

export const vpcId = text(/^vpc-[0-9a-z]+$/, "a VPC's id", "vpc-0a1b2c3d4e5f60718");
export const subnetId = text(/^subnet-[0-9a-z]+$/, "a subnet's id", "subnet-0a1b2c3d4e5f60718");
export const securityGroupId = text(
  /^sg-[0-9a-z]+$/,
  "a security group's id",
  "sg-0a1b2c3d4e5f60718",
);
