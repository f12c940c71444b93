import type { TaskContainer, TaskDefinition } from "./manifests/taskDefinition.ts";

/** Names of what every workload is given. */
export const givenNames = [
  "AWS_REGION",
  "DATABASE_URL",
  "ENCRYPTION_MASTER_KEY",
  "R2_ACCESS_KEY_ID",
  "R2_SECRET_ACCESS_KEY",
  "REDIS_URL",
  "S3_BUCKET",
  "S3_BUCKET_ASSETS",
  "S3_BUCKET_BACKUPS",
  "S3_BUCKET_UPLOADS",
  "S3_ENDPOINT",
] as const;
export type Environment = Readonly<Record<(typeof givenNames)[number], string>>;

/** What an application of AWS has and must not have any more. */
const AWS_ONLY =
  /^(?:AWS_(?!REGION$)\w+|KMS_\w+|CLOUDWATCH_\w+|REDIS_(?:HOST|PORT|PASSWORD|AUTH_TOKEN|TLS_ENABLED)|ECS_\w+)$/;

export interface EnvironmentChange {
  /** Given by the cluster, and not there before. */
  readonly added: readonly string[];
  /** There before, under the same name with another value. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Secrets of the task that only their owner has: for the Kubernetes secret `<workload>-secrets`. */
  readonly toProvide: readonly string[];
}

/** What a workload's environment becomes: names only, never values. */
export function environmentChange({ containerDefinitions }: TaskDefinition): EnvironmentChange {
  const plain = names(containerDefinitions.flatMap(({ environment }) => environment));
  const secrets = names(containerDefinitions.flatMap(({ secrets }) => secrets));
  const before = new Set([...plain, ...secrets]);
  return {
    added: givenNames.filter((name) => !before.has(name)),
    changed: givenNames.filter((name) => before.has(name)),
    removed: [...before].filter((name) => AWS_ONLY.test(name)).sort(),
    toProvide: secrets.filter((name) => !isGiven(name) && !AWS_ONLY.test(name)).sort(),
  };
}

/** The task's own settings that go on to hold; what the cluster gives under the same name wins. */
export function carriedEnvironment({ environment }: TaskContainer): TaskContainer["environment"] {
  return environment.filter(({ name }) => !AWS_ONLY.test(name) && !isGiven(name));
}

function isGiven(name: string): boolean {
  return (givenNames as readonly string[]).includes(name);
}

function names(given: readonly { readonly name: string }[]): string[] {
  return [...new Set(given.map(({ name }) => name))];
}
