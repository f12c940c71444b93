import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import type { RedisKey } from "./key.ts";
import { groupIdOf } from "./whole.ts";
import type { Whole } from "./whole.ts";

export interface RedisLogs {
  /** Commands that took longer than the server's threshold. */
  readonly slow: LogGroup;
  /** What the server itself reports. */
  readonly engine: LogGroup;
}

/** Creates the encrypted log groups that the replication group delivers to. */
export function createLogs(whole: Whole, key: RedisKey, retentionInDays: number): RedisLogs {
  const logGroup = (kind: string) =>
    new LogGroup(
      `${whole.name}-${kind}`,
      {
        name: `${logGroupPrefix(whole)}${kind}`,
        kmsKeyId: key.arn,
        retentionInDays,
        tags: whole.tags,
      },
      { parent: whole.parent, dependsOn: key.usable },
    );
  return { slow: logGroup("slow-log"), engine: logGroup("engine-log") };
}

/** Under `/aws/vendedlogs/` one policy covers all log groups; elsewhere each delivery makes the account's policy longer. */
export function logGroupPrefix(whole: Pick<Whole, "app">): string {
  return `/aws/vendedlogs/elasticache/${groupIdOf(whole)}/`;
}
