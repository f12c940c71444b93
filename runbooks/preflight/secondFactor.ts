import { GetAccountSummaryCommand, IAMClient } from "@aws-sdk/client-iam";
import type { ClientSettings } from "../../automation/aws.ts";
import { refusal } from "../../automation/errors.ts";
import { isDenied } from "./denied.ts";
import { usersWithPasswordAlone } from "./users.ts";

/** Who gets into the account with one factor alone, and how that ends. */
interface Gap {
  readonly what: string;
  readonly remedy: string;
}

const ROOT_WITHOUT_MFA: Gap = {
  what: "The root user has a password and no MFA device.",
  remedy: "Sign in as root and add a device under Security credentials.",
};
const ROOT_WITH_KEYS: Gap = {
  what: "The root user has access keys, which need no second factor.",
  remedy: "Sign in as root and delete them under Security credentials.",
};

/**
 * Refuses an account that its root user, or anybody with a password, gets into without a second factor. People who come
 * by single sign-on are not among its users: theirs is somebody's word, in the checklist.
 *
 * @param note is told when the users could not be looked at, for want of a right; root must be looked at
 */
export async function refuseSingleFactor(
  settings: ClientSettings,
  note: (line: string) => void,
): Promise<void> {
  const client = new IAMClient(settings);
  const gaps = [...(await gapsOfRoot(client)), ...(await gapsOfUsers(client, note))];
  if (gaps.length === 0) return;
  throw refusal(
    "no-second-factor",
    `The account can be entered without a second factor. ${gaps.map(({ what }) => what).join(" ")}`,
    gaps.map(({ remedy }) => remedy).join(" "),
  );
}

/** A member account of an organisation may have a root user without a password: nobody can sign in as that. */
async function gapsOfRoot(client: IAMClient): Promise<Gap[]> {
  const { AccountMFAEnabled, AccountAccessKeysPresent, AccountPasswordPresent } =
    await summaryOf(client);
  return [
    ...(AccountMFAEnabled === 1 || AccountPasswordPresent === 0 ? [] : [ROOT_WITHOUT_MFA]),
    ...(AccountAccessKeysPresent === 0 ? [] : [ROOT_WITH_KEYS]),
  ];
}

async function summaryOf(client: IAMClient) {
  try {
    const { SummaryMap = {} } = await client.send(new GetAccountSummaryCommand({}));
    return SummaryMap;
  } catch (error) {
    if (!isDenied(error)) throw error;
    throw refusal(
      "missing-right",
      `Whether the root user signs in with a second factor could not be looked at: ${error.message}.`,
      "Allow `iam:GetAccountSummary` on `*` to it.",
    );
  }
}

async function gapsOfUsers(client: IAMClient, note: (line: string) => void): Promise<Gap[]> {
  try {
    return (await usersWithPasswordAlone(client)).map((name) => ({
      what: `The user ${name} has a password and no MFA device.`,
      remedy: `Let ${name} add a device, or take the password away: \`aws iam delete-login-profile --user-name ${name}\`.`,
    }));
  } catch (error) {
    if (!isDenied(error)) throw error;
    note(
      `Whether users sign in with a second factor was not looked at: ${error.message}. ` +
        "Allow `iam:ListUsers`, `iam:ListMFADevices` and `iam:GetLoginProfile` on `*` to have it looked at.",
    );
    return [];
  }
}
