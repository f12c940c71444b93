import { readFileSync } from "node:fs";
import type { LookupFunction } from "node:net";
import { Resolver } from "node:dns";
import { failure } from "../../automation/errors.ts";
import type { StepContext } from "../../automation/step.ts";
import type { RedisAddress } from "../../transfer/redis/connection.ts";
import { sourceClusterId } from "../settings.ts";
import { elasticacheClient, findCluster } from "./elasticache.ts";
import { secretValue } from "./secrets.ts";
import { targetOf } from "./target.ts";

type Env = Readonly<Record<string, string>>;

/** Where a data server is and where its password lies: what a step gives a job, which alone reads the password. */
export type ServerReference = {
  readonly host: string;
  readonly port: number;
  /** Present: TLS, and the name that its certificate must carry. */
  readonly serverName?: string;
  /** ARN of the secret that holds the token. */
  readonly secretArn?: string;
};

/** The plaintext source, by the service's own name. */
export async function sourceReference(ctx: StepContext): Promise<ServerReference> {
  const id = sourceClusterId(ctx);
  const cluster = await findCluster(elasticacheClient(ctx), id);
  const endpoint = cluster?.CacheNodes?.[0]?.Endpoint;
  if (!endpoint?.Address) throw noEndpoint(id);
  return { host: endpoint.Address, port: endpoint.Port ?? 6379 };
}

/** The encrypted target, by the name that its certificate carries. */
export function targetReference(ctx: Pick<StepContext, "results">): ServerReference {
  const { primaryHost, port, secretArn } = targetOf(ctx);
  return { host: primaryHost, port, serverName: primaryHost, secretArn };
}

/** Both ends of the move. */
export async function bothReferences(
  ctx: StepContext,
): Promise<{ source: ServerReference; target: ServerReference }> {
  return { source: await sourceReference(ctx), target: targetReference(ctx) };
}

/** How to connect to a server: TLS verified against its own name, its token read here. */
export async function addressOf(reference: ServerReference, env: Env): Promise<RedisAddress> {
  const { host, port, serverName, secretArn } = reference;
  const bundle = env["SSL_CERT_FILE"];
  const ca = bundle && { ca: readFileSync(bundle, "utf8") };
  return {
    host,
    port,
    lookup: lookupOf(env),
    ...(serverName !== undefined && { tls: { servername: serverName, ...ca } }),
    ...(secretArn !== undefined && { password: await secretValue(env, secretArn) }),
  };
}

/** Resolves names with `GODWIT_RESOLVER` where it is set, else as the system does. */
export function lookupOf(env: Env): LookupFunction | undefined {
  const server = env["GODWIT_RESOLVER"];
  if (!server) return undefined;
  const resolver = new Resolver();
  resolver.setServers([server]);
  return (hostname, options, callback) => {
    resolver.resolve4(hostname, (error, addresses) => {
      const [address] = addresses ?? [];
      if (error ?? !address) callback(error ?? new Error(`${hostname} has no address`), "", 4);
      else if (options.all) callback(null, [{ address, family: 4 }]);
      else callback(null, address, 4);
    });
  };
}

function noEndpoint(id: string) {
  return failure(
    "no-source",
    `ElastiCache has no cluster ${id} with an endpoint.`,
    "",
    "Check `godwit:redis.source.clusterId`; a deleted source can only be restored from its final snapshot.",
  );
}
