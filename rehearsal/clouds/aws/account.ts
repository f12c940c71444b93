import type {
  GetServiceQuotaCommandInput,
  ListServiceQuotasCommandInput,
  ServiceQuota,
} from "@aws-sdk/client-service-quotas";
import { AwsError, type AwsAccount, type Caller, type Part } from "../world.ts";

/** How many cache nodes the account may have in the region. */
export const cacheNodeQuota = 300;

const quota = (ServiceCode: string, QuotaCode: string, QuotaName: string, Value: number) => ({
  ServiceCode,
  QuotaCode,
  QuotaName,
  Value,
  Unit: "None",
  Adjustable: true,
  GlobalQuota: false,
});

/** Quotas of an account that has been used for a while: those of ElastiCache are the service's defaults. */
const QUOTAS: readonly ServiceQuota[] = [
  quota("elasticache", "L-DFE45DF3", "Nodes per Region", cacheNodeQuota),
  quota("elasticache", "L-AF354865", "Nodes per cluster (cluster mode enabled)", 90),
  quota("vpc", "L-F678F1CE", "VPCs per Region", 5),
  quota("vpc", "L-FE5A380F", "NAT gateways per Availability Zone", 5),
  quota("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", 5),
  quota(
    "ec2",
    "L-1216C47A",
    "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
    32,
  ),
  quota("rds", "L-7B6409FD", "DB instances", 40),
];

/** Who is calling, where, and within which limits: STS and Service Quotas. */
export function createAccountServices(account: AwsAccount, caller: Caller): Part {
  return {
    services: [
      {
        name: "sts",
        actions: { GetCallerIdentity: async (_input: object, who: Caller) => identityOf(who) },
      },
      {
        name: "servicequotas",
        actions: {
          GetServiceQuota: async (input: GetServiceQuotaCommandInput) => ({
            Quota: { ...quotaOf(input), QuotaArn: arnOf(account, input) },
          }),
          ListServiceQuotas: async ({ ServiceCode }: ListServiceQuotasCommandInput) => ({
            Quotas: QUOTAS.filter((each) => each.ServiceCode === ServiceCode),
          }),
        },
      },
    ],
    functions: {
      "aws:index/getCallerIdentity:getCallerIdentity": async () => ({
        id: account.id,
        accountId: account.id,
        arn: caller.arn,
        userId: caller.accessKeyId,
      }),
      "aws:index/getRegion:getRegion": async () => ({
        id: account.region,
        name: account.region,
        region: account.region,
        endpoint: `ec2.${account.region}.amazonaws.com`,
        description: account.region,
      }),
      "aws:index/getPartition:getPartition": async () => ({
        id: "aws",
        partition: "aws",
        dnsSuffix: "amazonaws.com",
        reverseDnsPrefix: "com.amazonaws",
      }),
    },
  };
}

const identityOf = ({ account, arn, accessKeyId }: Caller) => ({
  Account: account,
  Arn: arn,
  UserId: accessKeyId,
});

function quotaOf({ ServiceCode, QuotaCode }: GetServiceQuotaCommandInput): ServiceQuota {
  const found = QUOTAS.find(
    (each) => each.ServiceCode === ServiceCode && each.QuotaCode === QuotaCode,
  );
  if (found) return found;
  const message = `The request failed because the specified service quota ${QuotaCode} does not exist.`;
  throw new AwsError("NoSuchResourceException", message);
}

function arnOf(
  account: AwsAccount,
  { ServiceCode, QuotaCode }: GetServiceQuotaCommandInput,
): string {
  return account.arn("servicequotas", `${ServiceCode}/${QuotaCode}`);
}
