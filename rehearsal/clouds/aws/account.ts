import type { GetServiceQuotaCommandInput, ServiceQuota } from "@aws-sdk/client-service-quotas";
import { AwsError, type AwsAccount, type Caller, type Part } from "../world.ts";

/** Default quotas of ElastiCache in an account. */
const QUOTAS: readonly ServiceQuota[] = [
  { QuotaCode: "L-DFE45DF3", QuotaName: "Nodes per Region", Value: 300, Adjustable: true },
  {
    QuotaCode: "L-AF354865",
    QuotaName: "Nodes per cluster (cluster mode enabled)",
    Value: 90,
    Adjustable: true,
  },
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
          ListServiceQuotas: async () => ({ Quotas: QUOTAS }),
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
  const quota = QUOTAS.find((each) => each.QuotaCode === QuotaCode);
  if (ServiceCode !== "elasticache" || !quota) {
    const message = `The request failed because the specified service quota ${QuotaCode} does not exist.`;
    throw new AwsError("NoSuchResourceException", message);
  }
  return {
    ServiceCode,
    ServiceName: "Amazon ElastiCache",
    Unit: "None",
    GlobalQuota: false,
    ...quota,
  };
}

function arnOf(
  account: AwsAccount,
  { ServiceCode, QuotaCode }: GetServiceQuotaCommandInput,
): string {
  return account.arn("servicequotas", `${ServiceCode}/${QuotaCode}`);
}

/** How many cache nodes the account may have in the region. */
export const cacheNodeQuota = QUOTAS[0]?.Value ?? 0;
