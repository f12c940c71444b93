import {
  GetLoginProfileCommand,
  IAMClient,
  ListMFADevicesCommand,
  NoSuchEntityException,
  paginateListUsers,
} from "@aws-sdk/client-iam";

/** How many users are asked about at once: IAM slows down who asks for more. */
const AT_ONCE = 20;

/** Names of the account's users who sign in with a password and have no MFA device. */
export async function usersWithPasswordAlone(client: IAMClient): Promise<string[]> {
  const found: string[] = [];
  for await (const { Users = [] } of paginateListUsers({ client, pageSize: AT_ONCE }, {})) {
    const names = Users.flatMap(({ UserName }) => UserName ?? []);
    const open = await Promise.all(names.map((name) => hasPasswordAlone(client, name)));
    found.push(...names.filter((_, index) => open[index]));
  }
  return found;
}

async function hasPasswordAlone(client: IAMClient, UserName: string): Promise<boolean> {
  const { MFADevices = [] } = await client.send(new ListMFADevicesCommand({ UserName }));
  return MFADevices.length === 0 && (await hasPassword(client, UserName));
}

async function hasPassword(client: IAMClient, UserName: string): Promise<boolean> {
  try {
    await client.send(new GetLoginProfileCommand({ UserName }));
    return true;
  } catch (error) {
    if (error instanceof NoSuchEntityException) return false;
    throw error;
  }
}
