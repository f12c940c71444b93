import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { StepContext } from "../../automation/step.ts";
import { clientSettings } from "../../automation/aws.ts";

/** A secret's name and number of versions; its value stays where it is. */
export async function describeSecret(
  ctx: StepContext,
  arn: string,
): Promise<{ name: string; versions: number }> {
  const client = new SecretsManagerClient(clientSettings(ctx.environment.env));
  const secret = await client.send(new DescribeSecretCommand({ SecretId: arn }));
  return {
    name: secret.Name ?? arn,
    versions: Object.keys(secret.VersionIdsToStages ?? {}).length,
  };
}
