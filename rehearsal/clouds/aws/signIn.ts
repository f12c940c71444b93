import type { GetLoginProfileCommandInput, ListMFADevicesCommandInput } from "@aws-sdk/client-iam";
import { AwsError, type AwsAccount, type Part } from "../world.ts";

interface User {
  readonly name: string;
  readonly password: boolean;
  readonly device: boolean;
}

/** A person at the console, and a machine with keys. */
const USERS: readonly User[] = [
  { name: "ada", password: true, device: true },
  { name: "ci", password: false, device: false },
];

const SINCE = new Date("2026-01-01T00:00:00Z");

/** Who can sign in to the account, and with what: IAM's answers on the root user and the people. */
export function createSignIn(account: AwsAccount): Part {
  const arnOf = (path: string) => `arn:aws:iam::${account.id}:${path}`;
  return {
    services: [
      {
        name: "iam",
        actions: {
          GetAccountSummary: async () => ({
            SummaryMap: {
              Users: USERS.length,
              AccountPasswordPresent: 1,
              AccountMFAEnabled: 1,
              AccountAccessKeysPresent: 0,
            },
          }),
          ListUsers: async () => ({
            Users: USERS.map(({ name }) => ({
              Path: "/",
              UserName: name,
              UserId: `AIDA${name.toUpperCase()}`,
              Arn: arnOf(`user/${name}`),
              CreateDate: SINCE,
            })),
            IsTruncated: false,
          }),
          ListMFADevices: async ({ UserName }: ListMFADevicesCommandInput) => ({
            MFADevices: userOf(UserName).device
              ? [{ UserName, SerialNumber: arnOf(`mfa/${UserName}`), EnableDate: SINCE }]
              : [],
            IsTruncated: false,
          }),
          GetLoginProfile: async ({ UserName }: GetLoginProfileCommandInput) => {
            if (userOf(UserName).password) return { LoginProfile: { UserName, CreateDate: SINCE } };
            throw missing(`Login Profile for User ${UserName} cannot be found.`);
          },
        },
      },
    ],
  };
}

function userOf(name: string | undefined): User {
  const found = USERS.find((user) => user.name === name);
  if (found) return found;
  throw missing(`The user with name ${name} cannot be found.`);
}

const missing = (message: string) => new AwsError("NoSuchEntity", message, 404);
