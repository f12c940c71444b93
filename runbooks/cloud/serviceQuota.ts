import {
  GetServiceQuotaCommand,
  NoSuchResourceException,
  ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import type { ClientSettings } from "../../automation/aws.ts";

/** One quota of an account in a region, as Service Quotas knows it. */
export interface ServiceQuota {
  /** Service code: `ec2`. */
  readonly service: string;
  /** Quota code: `L-0263D0A3`. */
  readonly code: string;
  readonly name: string;
  /** AWS's default, for accounts where it was never touched. */
  readonly standard: number;
}

/** What the account may have of it. */
export async function valueOfQuota(
  settings: ClientSettings,
  { service, code, standard }: ServiceQuota,
): Promise<number> {
  const client = new ServiceQuotasClient(settings);
  try {
    const { Quota } = await client.send(
      new GetServiceQuotaCommand({ ServiceCode: service, QuotaCode: code }),
    );
    return Quota?.Value ?? standard;
  } catch (error) {
    if (error instanceof NoSuchResourceException) return standard;
    throw error;
  }
}

/** The command that asks for more of it. */
export function askForMore({ service, code }: ServiceQuota, region: string, value: number): string {
  return `aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} --desired-value ${value}`;
}
