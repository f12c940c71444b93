import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { failure } from "../../automation/errors.ts";
import type { StepContext } from "../../automation/step.ts";
import { clientSettings } from "../../automation/aws.ts";

/** Secrets Manager is given up after so long (ms): a relay that waits for its token serves nobody anew. */
const ANSWER_WITHIN_MS = 5_000;

/** A secret's name and number of versions; its value stays where it is. */
export async function describeSecret(
  ctx: StepContext,
  arn: string,
): Promise<{ name: string; versions: number }> {
  const client = new SecretsManagerClient(clientSettings(ctx.environment.env));
  const secret = await client.send(new DescribeSecretCommand({ SecretId: arn }), soon());
  return {
    name: secret.Name ?? arn,
    versions: Object.keys(secret.VersionIdsToStages ?? {}).length,
  };
}

/** A secret's value, to be kept in memory only. Rejects when it is empty or Secrets Manager does not answer in time. */
export async function secretValue(
  env: Readonly<Record<string, string>>,
  arn: string,
): Promise<string> {
  const client = new SecretsManagerClient(clientSettings(env));
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }), soon());
  if (SecretString) return SecretString;
  throw failure("no-secret", `Secret ${arn} is empty.`, "", "Run `pulumi up` to restore it.");
}

function soon(): { abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(ANSWER_WITHIN_MS) };
}
