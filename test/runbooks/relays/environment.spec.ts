import { expect } from "chai";
import { GodwitError } from "../../../automation/errors.ts";
import { readRelayEnvironment } from "../../../runbooks/relays/environment.ts";

const right = {
  GODWIT_RELAY_NAME: "relay-1",
  GODWIT_RELAY_LISTEN: "0.0.0.0",
  GODWIT_RELAY_SOURCE: "old.abc.cache.amazonaws.com:6379",
  GODWIT_RELAY_TARGET: "new.abc.cache.amazonaws.com:6379",
  GODWIT_RELAY_TOKEN_SECRET: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:token",
  GODWIT_RELAY_CONTROL_SECRET: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:control",
  GODWIT_RELAY_MOVE: "sessions",
  GODWIT_RELAY_REPLICAS: "1",
  GODWIT_RELAY_UNTIL: "2026-03-01T06:00:00Z",
  GODWIT_RELAY_MAX_CLIENTS: "10000",
  AWS_REGION: "eu-central-1",
};

/** What is said about an environment that differs from a right one by this. */
function complaint(changes: Record<string, string | undefined>): string {
  try {
    readRelayEnvironment({ ...right, ...changes });
  } catch (error) {
    expect(error).to.be.instanceOf(GodwitError).with.property("exitCode", 2);
    return (error as GodwitError).explanation.what;
  }
  throw new Error("nothing was wrong");
}

describe("a relay's environment", () => {
  it("is read", () => {
    expect(readRelayEnvironment({ ...right, PATH: "/bin" })).to.deep.equal({
      ...right,
      GODWIT_RELAY_SOURCE: { host: "old.abc.cache.amazonaws.com", port: 6379 },
      GODWIT_RELAY_TARGET: { host: "new.abc.cache.amazonaws.com", port: 6379 },
      GODWIT_RELAY_REPLICAS: 1,
      GODWIT_RELAY_UNTIL: new Date("2026-03-01T06:00:00Z"),
      GODWIT_RELAY_MAX_CLIENTS: 10_000,
    });
  });

  for (const variable of Object.keys(right))
    it(`without ${variable} is refused by that name`, () => {
      expect(complaint({ [variable]: undefined })).to.include(`right: ${variable} is missing.`);
    });

  for (const [variable, value, wrong] of [
    ["GODWIT_RELAY_NAME", "relay 1", "must be a name such as relay-1"],
    ["GODWIT_RELAY_SOURCE", "old.example.com", "must be HOST:PORT"],
    ["GODWIT_RELAY_TARGET", ":6379", "must be HOST:PORT"],
    ["GODWIT_RELAY_TOKEN_SECRET", "S3cretT0ken", "must be the ARN of a secret"],
    ["GODWIT_RELAY_CONTROL_SECRET", "0a".repeat(32), "must be the ARN of a secret"],
    ["GODWIT_RELAY_MOVE", "", "must be the id of the replication group"],
    ["GODWIT_RELAY_REPLICAS", "6", "must be at most 5"],
    ["GODWIT_RELAY_UNTIL", "tomorrow", "must be a time such as 2026-03-01T06:00:00Z"],
    ["GODWIT_RELAY_MAX_CLIENTS", "many", "must be a whole number"],
  ] as const)
    it(`with a wrong ${variable} is refused without its value`, () => {
      const what = complaint({ [variable]: value });
      expect(what).to.include(`right: ${variable} ${wrong}.`);
      if (value) expect(what).not.to.include(value);
    });

  it("with several faults names each", () => {
    const what = complaint({ AWS_REGION: undefined, GODWIT_RELAY_SOURCE: "x" });
    expect(what).to.match(/GODWIT_RELAY_SOURCE must be .*; AWS_REGION is missing/);
  });
});
