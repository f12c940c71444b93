import { NormalizedSchema } from "@smithy/core/schema";

/** The SDK clients whose schemas describe the wire format, by SigV4 name; loaded when first called. */
const clients: Readonly<Record<string, () => Promise<object>>> = {
  elasticache: () => import("@aws-sdk/client-elasticache"),
  kms: () => import("@aws-sdk/client-kms"),
  secretsmanager: () => import("@aws-sdk/client-secrets-manager"),
  ecs: () => import("@aws-sdk/client-ecs"),
  monitoring: () => import("@aws-sdk/client-cloudwatch"),
  logs: () => import("@aws-sdk/client-cloudwatch-logs"),
  sts: () => import("@aws-sdk/client-sts"),
  iam: () => import("@aws-sdk/client-iam"),
  s3: () => import("@aws-sdk/client-s3"),
  servicequotas: () => import("@aws-sdk/client-service-quotas"),
};

export interface Operation {
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
}

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];
type OperationSchema = readonly [number, string, string, unknown, SchemaRef, SchemaRef];

/** Schemas of what an action takes and returns; undefined when the service has no such action. */
export async function operationOf(service: string, action: string): Promise<Operation | undefined> {
  const schema = await schemaNamed(service, action);
  if (!Array.isArray(schema)) return undefined;
  const [, , , , input, output] = schema as unknown as OperationSchema;
  return { input: NormalizedSchema.of(input), output: NormalizedSchema.of(output) };
}

export interface ErrorTraits {
  /** What a Query response calls the error, where it differs from the error's name. */
  readonly queryCode?: string;
  readonly status?: number;
}

/** How a service presents an error on the wire. */
export async function errorTraitsOf(service: string, code: string): Promise<ErrorTraits> {
  const schema = await schemaNamed(service, code);
  if (!Array.isArray(schema)) return {};
  const traits = NormalizedSchema.of(schema as never).getMergedTraits();
  const [queryCode, queryStatus] = (traits.awsQueryError ?? []) as [string?, number?];
  return { queryCode, status: queryStatus ?? (traits.httpError as number | undefined) };
}

async function schemaNamed(service: string, name: string): Promise<unknown> {
  const client = (await clients[service]?.()) as Readonly<Record<string, unknown>> | undefined;
  return client?.[`${name}$`];
}
