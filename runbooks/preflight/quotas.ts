import type { ClientSettings } from "../../automation/aws.ts";
import { refusal } from "../../automation/errors.ts";
import { askForMore, valueOfQuota, type ServiceQuota } from "../cloud/serviceQuota.ts";

/** What a target takes of a quota. */
export interface Need {
  readonly quota: ServiceQuota;
  readonly needed: number;
  /** What others have of it already; not what the target has. */
  readonly used: number;
}

/** Refuses when any quota has no room for what is needed; tells of all of them at once. */
export async function refuseFullQuotas(
  client: ClientSettings,
  needs: readonly Need[],
): Promise<void> {
  const allowed = await Promise.all(needs.map(({ quota }) => valueOfQuota(client, quota)));
  const full = needs.flatMap((need, index) => {
    const value = allowed[index]!;
    return need.used + need.needed <= value ? [] : [{ ...need, value }];
  });
  if (full.length === 0) return;
  throw refusal(
    "quota",
    `The account has no room for the target in ${client.region}. ${full.map(sentence).join(" ")}`,
    `Ask for more, and wait until it is granted: ${full
      .map(({ quota, used, needed }) => `\`${askForMore(quota, client.region, used + needed)}\``)
      .join(", ")}.`,
  );
}

function sentence({ quota, used, needed, value }: Need & { readonly value: number }): string {
  return `"${quota.name}" (${quota.service} ${quota.code}) is ${value}: others have ${used}, and ${needed} are needed.`;
}
