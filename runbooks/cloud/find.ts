import {
  DescribeKeyCommand,
  KMSClient,
  ListKeysCommand,
  ListResourceTagsCommand,
} from "@aws-sdk/client-kms";
import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { FindExisting, PendingCreate } from "../../automation/stack/repair.ts";
import { clientSettings } from "../../automation/aws.ts";

type Env = Readonly<Record<string, string>>;
type Finder = (pending: PendingCreate, env: Env) => Promise<string | undefined>;

/** Types whose id is one of their inputs: whether such a resource exists, the refresh that follows finds out. */
const idInputs: Readonly<Record<string, string>> = {
  "aws:elasticache/replicationGroup:ReplicationGroup": "replicationGroupId",
  "aws:elasticache/subnetGroup:SubnetGroup": "name",
  "aws:elasticache/parameterGroup:ParameterGroup": "name",
  "aws:cloudwatch/logGroup:LogGroup": "name",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
  "aws:kms/alias:Alias": "name",
};

/** Types whose id the service makes up. */
const finders: Readonly<Record<string, Finder>> = {
  "aws:secretsmanager/secret:Secret": secretArn,
  "aws:kms/key:Key": keyId,
};

/** Tells what a killed update may have created without recording it. Types that are not listed are created again. */
export function findExisting(env: Env): FindExisting {
  return async (pending) => {
    const input = idInputs[pending.type];
    if (input) return pending.inputs[input] as string | undefined;
    return await finders[pending.type]?.(pending, env);
  };
}

async function secretArn({ inputs }: PendingCreate, env: Env): Promise<string | undefined> {
  const client = new SecretsManagerClient(clientSettings(env));
  try {
    const command = new DescribeSecretCommand({ SecretId: String(inputs["name"]) });
    return (await client.send(command)).ARN;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** A key has no name of its own: it is the one with this description that carries all these tags. */
async function keyId({ inputs }: PendingCreate, env: Env): Promise<string | undefined> {
  const client = new KMSClient(clientSettings(env));
  const { Keys = [] } = await client.send(new ListKeysCommand({ Limit: 1000 }));
  for (const { KeyId } of Keys) {
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
    if (KeyMetadata?.Description !== inputs["description"]) continue;
    if (KeyMetadata?.KeyState !== "Enabled") continue;
    const { Tags = [] } = await client.send(new ListResourceTagsCommand({ KeyId }));
    const tags = new Map(Tags.map(({ TagKey, TagValue }) => [TagKey, TagValue]));
    const wanted = Object.entries((inputs["tags"] ?? {}) as Record<string, string>);
    if (wanted.every(([key, value]) => tags.get(key) === value)) return KeyId;
  }
  return undefined;
}
