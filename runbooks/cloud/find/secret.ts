import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { clientSettings } from "../../../automation/aws.ts";
import type { Env, Inputs } from "./finder.ts";

/** A secret by its name. */
export async function secretArn(inputs: Inputs, env: Env): Promise<string | undefined> {
  const client = new SecretsManagerClient(clientSettings(env));
  try {
    const command = new DescribeSecretCommand({ SecretId: String(inputs["name"]) });
    return (await client.send(command)).ARN;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
