import { failure } from "../../automation/errors.ts";
import { secretValue } from "./secrets.ts";

/** The key of the control channel between relays and their driver, which the stack has made; kept in memory only. */
export async function controlKey(
  env: Readonly<Record<string, string>>,
  arn: string,
): Promise<Buffer> {
  const value = await secretValue(env, arn);
  if (/^[0-9a-f]{64}$/i.test(value)) return Buffer.from(value, "hex");
  throw failure(
    "control-key",
    `Secret ${arn} holds something else than a key of 64 hexadecimal digits.`,
    "",
    "Run `pulumi up` to restore it.",
  );
}
