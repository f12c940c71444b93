import { readFileSync } from "node:fs";
import type { LookupFunction } from "node:net";
import { Resolver } from "node:dns";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { failure } from "../../automation/errors.ts";
import type { StepContext } from "../../automation/step.ts";
import type { RedisAddress } from "../../transfer/redis/connection.ts";
import { sourceClusterId } from "../settings.ts";
import { clientSettings } from "./aws.ts";
import { elasticacheClient, findCluster } from "./elasticache.ts";
import { targetOf } from "./target.ts";

type Env = Readonly<Record<string, string>>;

/** The plaintext source, by the service's own name. */
export async function sourceAddress(ctx: StepContext): Promise<RedisAddress> {
  const id = sourceClusterId(ctx);
  const cluster = await findCluster(elasticacheClient(ctx), id);
  const endpoint = cluster?.CacheNodes?.[0]?.Endpoint;
  if (!endpoint?.Address) throw noEndpoint(id);
  const { env } = ctx.environment;
  return { host: endpoint.Address, port: endpoint.Port ?? 6379, lookup: lookupOf(env) };
}

/** The encrypted target: TLS verified against its own name, and the token, read here and kept in memory only. */
export async function targetAddress(ctx: StepContext): Promise<RedisAddress> {
  const { primaryHost, port, secretArn } = targetOf(ctx);
  const { env } = ctx.environment;
  const bundle = env["SSL_CERT_FILE"];
  return {
    host: primaryHost,
    port,
    password: await authToken(env, secretArn),
    tls: { servername: primaryHost, ...(bundle && { ca: readFileSync(bundle, "utf8") }) },
    lookup: lookupOf(env),
  };
}

/** Current value of the AUTH token. */
export async function authToken(env: Env, secretArn: string): Promise<string> {
  const client = new SecretsManagerClient(clientSettings(env));
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
  if (SecretString) return SecretString;
  throw failure(
    "no-token",
    `Secret ${secretArn} holds no token.`,
    "",
    "Run `pulumi up` to restore it.",
  );
}

/** Resolves names with `GODWIT_RESOLVER` where it is set, else as the system does. */
function lookupOf(env: Env): LookupFunction | undefined {
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
