import { expect } from "chai";
import { parseSettings } from "../../components/config.ts";
import { errorOf, rawRedis, rawSettings, redisSettings } from "./settings.ts";
import type { RawSettings } from "./settings.ts";

const TOKEN = "aB3!aB3!aB3!aB3!aB3!aB3!aB3!aB3!";

describe("settings that are secrets in plain text are refused with the command that encrypts them", () => {
  const withHeader = (name: string, value: unknown) =>
    rawSettings({
      "godwit:application": JSON.stringify({
        ecs: { cluster: "c", service: "s", container: "a" },
        check: { url: "https://api.example.com/", headers: { [name]: value } },
      }),
    });
  const header = (name: string) => `godwit:application.check.headers.${name}`;
  const cases: { what: string; raw: RawSettings; key: string; command: string }[] = [
    {
      what: "by the key's name",
      raw: rawSettings({ "godwit:redisAuthToken": "hunter2" }),
      key: "godwit:redisAuthToken",
      command: "pulumi config set --secret godwit:redisAuthToken",
    },
    ...["authorization", "x-api-key", "cookie", "x-csrf-token", "client_secret", "dbPassword"].map(
      (name) => ({
        what: `by the name ${name}`,
        raw: withHeader(name, "abc"),
        key: header(name),
        command: `pulumi config set --secret --path '${header(name)}'`,
      }),
    ),
    ...["Bearer abc", "Basic dXNlcjpwYXNz", TOKEN].map((value) => ({
      what: `by a value like ${value.slice(0, 6)}…`,
      raw: withHeader("x-any", value),
      key: header("x-any"),
      command: `pulumi config set --secret --path '${header("x-any")}'`,
    })),
  ];
  for (const { what, raw, key, command } of cases) {
    it(what, () => {
      const error = errorOf(raw);
      const told = error.problems.filter(({ wrong }) =>
        wrong.startsWith("is a secret in plain text"),
      );
      expect(told.map((problem) => [problem.key, problem.example])).to.deep.equal([[key, command]]);
    });
  }

  for (const key of ["hcloud:token", "cloudflare:apiToken", "aws:secretKey"]) {
    it(`of a provider: ${key}`, () => {
      const value = "0a1B2c3D".repeat(8);
      const { problems, message } = errorOf(rawSettings({ [key]: value }));
      expect(problems).to.deep.equal([
        {
          key,
          wrong:
            "is a secret in plain text; remove it, treat it as known to others, and set a new one encrypted",
          example: `pulumi config set --secret ${key}`,
        },
      ]);
      expect(message).not.to.include(value);
      expect(() => parseSettings(rawSettings({ [key]: value }), [key])).not.to.throw();
      expect(() =>
        parseSettings(rawSettings({ [key]: `{"secure":"v1:${value}"}` })),
      ).not.to.throw();
    });
  }

  it("and are never repeated in the message", () => {
    const raw = rawRedis({ alarms: { topicArn: TOKEN }, nodeType: TOKEN });
    const { message } = errorOf({ ...raw, "godwit:stage": TOKEN, "godwit:authToken": "hunter2" });
    expect(message).not.to.include(TOKEN);
    expect(message).not.to.include("hunter2");
  });

  it("but not where Pulumi keeps the setting encrypted", () => {
    const raw = withHeader("authorization", "Bearer abc");
    const { application } = parseSettings(raw, ["godwit:application"]);
    expect(application?.check?.headers).to.deep.equal({ authorization: "Bearer abc" });
  });

  it("nor where the stack's file holds the value encrypted; it then reads as such", () => {
    const raw = withHeader("authorization", { secure: "v1:abc" });
    const { application } = parseSettings(raw);
    expect(application?.check?.headers).to.deep.equal({ authorization: "[encrypted]" });
  });

  it("nor ARNs, ids and names of snapshots", () => {
    const raw = rawSettings({
      "godwit:snapshot": "acme-redis-production-pre-encryption-20260301-0130",
      "godwit:redis": JSON.stringify({
        ...redisSettings,
        kms: {
          existing: "arn:aws:kms:us-east-1:123456789012:key/0a1B2c3D-4e5F-6071-8293-a4B5c6D7e8F9",
        },
      }),
    });
    expect(() => parseSettings(raw)).not.to.throw();
  });
});
