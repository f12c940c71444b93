import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { ClientSettings } from "../../automation/aws.ts";
import { refusal } from "../../automation/errors.ts";

/** Refuses an update in the name of the account's root user: nothing limits it, and its keys know no second factor. */
export async function refuseRoot(client: ClientSettings): Promise<void> {
  const { Arn, Account } = await new STSClient(client).send(new GetCallerIdentityCommand({}));
  if (!Arn?.endsWith(":root")) return;
  throw refusal(
    "root-credentials",
    `These are the credentials of the root user of account ${Account}: nothing limits what they may do, and they need no second factor.`,
    "Delete its keys, switch on MFA for it, and come again with a role (`aws sso login`, or `aws sts assume-role`).",
  );
}
