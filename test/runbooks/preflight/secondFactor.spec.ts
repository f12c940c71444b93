import { expect } from "chai";
import type { GodwitError } from "../../../automation/errors.ts";
import { refuseSingleFactor } from "../../../runbooks/preflight/secondFactor.ts";
import { QueryService } from "../../support/queryService.ts";

const SAFE_ROOT = { AccountPasswordPresent: 1, AccountMFAEnabled: 1, AccountAccessKeysPresent: 0 };

/** What IAM answers of a root user as the summary says, and of these users. */
function account(root: object, users: Record<string, { password: boolean; devices: number }> = {}) {
  const nameIn = (form: URLSearchParams) => form.get("UserName")!;
  const members = (each: readonly string[]) =>
    each.map((content) => `<member>${content}</member>`).join("");
  const named = (name: string) => `<UserName>${name}</UserName>`;
  const entries = Object.entries(root).map(
    ([key, value]) => `<entry><key>${key}</key><value>${value}</value></entry>`,
  );
  return {
    GetAccountSummary: () =>
      `<GetAccountSummaryResult><SummaryMap>${entries.join("")}</SummaryMap></GetAccountSummaryResult>`,
    ListUsers: () =>
      `<ListUsersResult><Users>${members(Object.keys(users).map(named))}</Users></ListUsersResult>`,
    ListMFADevices: (form: URLSearchParams) => {
      const devices = Array<string>(users[nameIn(form)]!.devices).fill(named(nameIn(form)));
      return `<ListMFADevicesResult><MFADevices>${members(devices)}</MFADevices></ListMFADevicesResult>`;
    },
    GetLoginProfile: (form: URLSearchParams) =>
      users[nameIn(form)]!.password
        ? `<GetLoginProfileResult><LoginProfile>${named(nameIn(form))}</LoginProfile></GetLoginProfileResult>`
        : { error: "NoSuchEntity" },
  };
}

describe("the second factor of who gets into an account", () => {
  const iam = new QueryService();

  async function refused(answers: QueryService["answers"], notes: string[] = []) {
    iam.answers = answers;
    try {
      await refuseSingleFactor(iam.client, (line) => notes.push(line));
      return undefined;
    } catch (error) {
      return error as GodwitError;
    }
  }

  it("is asked of the root user: a device, and no access keys", async () => {
    const unsafe = { ...SAFE_ROOT, AccountMFAEnabled: 0, AccountAccessKeysPresent: 1 };
    const { exitCode, explanation } = (await refused(account(unsafe)))!;
    expect(exitCode).to.equal(4);
    expect(explanation.code).to.equal("no-second-factor");
    expect(explanation.what).to.equal(
      "The account can be entered without a second factor. The root user has a password and no MFA device. " +
        "The root user has access keys, which need no second factor.",
    );
    expect(explanation.state).to.equal("Nothing was changed.");
    expect(explanation.next).to.include("add a device").and.include("delete them");
  });

  it("is enough, with no keys; and a root user whom nobody can sign in as needs none", async () => {
    expect(await refused(account(SAFE_ROOT))).to.equal(undefined);
    const member = { ...SAFE_ROOT, AccountMFAEnabled: 0, AccountPasswordPresent: 0 };
    expect(await refused(account(member))).to.equal(undefined);
  });

  it("is missed where the account does not say", async () => {
    const { what } = (await refused(account({})))!.explanation;
    expect(what).to.include("no MFA device").and.include("access keys");
  });

  it("is asked of each user with a password, by name", async () => {
    const users = {
      ada: { password: true, devices: 1 },
      grace: { password: true, devices: 0 },
      ci: { password: false, devices: 0 },
    };
    const { what, next } = (await refused(account(SAFE_ROOT, users)))!.explanation;
    expect(what).to.include("The user grace has a password and no MFA device.");
    expect(what).not.to.match(/ada|ci /);
    expect(next).to.include("`aws iam delete-login-profile --user-name grace`");
  });

  it("cannot be told of users without the right to look: that is noted, and what root lacks still refused", async () => {
    const denied = (root: object) => ({
      ...account(root),
      ListUsers: () => ({ error: "AccessDenied" }),
    });
    const notes: string[] = [];
    expect(await refused(denied(SAFE_ROOT), notes)).to.equal(undefined);
    expect(notes).to.have.length(1);
    expect(notes[0]).to.include("was not looked at").and.include("`iam:ListUsers`");
    expect((await refused(denied({ ...SAFE_ROOT, AccountMFAEnabled: 0 })))!.exitCode).to.equal(4);
  });

  it("is not passed over when IAM fails otherwise", async () => {
    const broken = { ...account(SAFE_ROOT), ListUsers: () => ({ error: "InvalidClientTokenId" }) };
    const notes: string[] = [];
    expect(await refused(broken, notes)).to.include({ name: "InvalidClientTokenId" });
    expect(notes).to.deep.equal([]);
  });
});
