import type { FindExisting, PendingCreate } from "../../automation/stack/repair.ts";
import {
  ResourceNotFoundException,
  DescribeSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { clientSettings } from "./aws.ts";
import { findGroup } from "./elasticache.ts";

type Env = Readonly<Record<string, string>>;
type Finder = (pending: PendingCreate, env: Env) => Promise<string | undefined>;

/**
 * What a killed update may have created without recording it, by resource type: things that hold data or that the
 * service refuses to create a second time under the same name. Types that are not listed here are created again.
 */
const finders: Readonly<Record<string, Finder>> = {
  "aws:elasticache/replicationGroup:ReplicationGroup": async ({ inputs }, env) => {
    const id = String(inputs["replicationGroupId"]);
    const group = await findGroup(new ElastiCacheClient(clientSettings(env)), id);
    return group?.ReplicationGroupId;
  },
  "aws:secretsmanager/secret:Secret": async ({ inputs }, env) => {
    const client = new SecretsManagerClient(clientSettings(env));
    try {
      const SecretId = String(inputs["name"]);
      return (await client.send(new DescribeSecretCommand({ SecretId }))).ARN;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  },
};

export function findExisting(env: Env): FindExisting {
  return async (pending) => await finders[pending.type]?.(pending, env);
}
