import type { GetCallerIdentityCommandOutput } from "@aws-sdk/client-sts";
import { refusal } from "../../automation/errors.ts";

/** Refuses an update in the name of the account's root user: nothing limits it, and its keys know no second factor. */
export function refuseRoot({ Arn, Account }: GetCallerIdentityCommandOutput): void {
  if (!Arn?.endsWith(":root")) return;
  throw refusal(
    "root-credentials",
    `These are the credentials of the root user of account ${Account}: nothing limits what they may do, and they need no second factor.`,
    "Delete its keys, switch on MFA for it, and come again with a role (`aws sso login`, or `aws sts assume-role`).",
  );
}
