import type { RedisOptions } from "ioredis";
import { z } from "zod";

const truth = z.enum(["true", "false"], { error: 'must be "true" or "false"' });
const text = z.string().min(1, "must not be empty");

const environmentSchema = z
  .object({
    REDIS_HOST: z
      .string({ error: "is missing: the host name of the server, for example redis.acme.internal" })
      .min(1, "must not be empty")
      .refine((host) => !/[/:@\s]/.test(host), "must be a bare host name, without scheme or port"),
    REDIS_PORT: z.coerce
      .number({ error: "must be a port number, for example 6379" })
      .int("must be a whole number")
      .min(1, "must be between 1 and 65535")
      .max(65_535, "must be between 1 and 65535")
      .default(6379),
    REDIS_TLS_ENABLED: truth.default("false"),
    REDIS_AUTH_TOKEN: text.optional(),
    REDIS_TLS_SERVERNAME: text.optional(),
  })
  .refine((env) => env.REDIS_AUTH_TOKEN === undefined || env.REDIS_TLS_ENABLED === "true", {
    path: ["REDIS_AUTH_TOKEN"],
    error: 'would cross the network in plain text: set REDIS_TLS_ENABLED to "true" as well',
  });

/**
 * Connection options for an unmodified ioredis, from the environment that a deployment gives:
 *
 *     const redis = new Redis(redisOptions(process.env));
 *
 * - `REDIS_HOST`, `REDIS_PORT` (6379): where to connect; the host may be a private alias.
 * - `REDIS_TLS_ENABLED` ("false"): with "true", TLS 1.2 or newer, the certificate always verified.
 * - `REDIS_TLS_SERVERNAME` (`REDIS_HOST`): the name that the certificate must carry. Behind an
 *   alias it is the server's own name, because no certificate is issued for the alias.
 * - `REDIS_AUTH_TOKEN`: the AUTH token; refused without TLS.
 *
 * A command whose answer was lost is rejected, never sent again: it may have been executed, and
 * only the caller knows whether doing it twice is harmless.
 *
 * @throws Error naming each variable that is wrong and what is wrong with it; never a value.
 */
export function redisOptions(env: Readonly<Record<string, string | undefined>>): RedisOptions {
  const parsed = environmentSchema.safeParse(env);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
    throw new Error(`The Redis connection is not configured: ${problems.join("; ")}.`);
  }
  const settings = parsed.data;
  return {
    host: settings.REDIS_HOST,
    port: settings.REDIS_PORT,
    ...(settings.REDIS_TLS_ENABLED === "true" && { tls: tlsOptions(settings) }),
    ...(settings.REDIS_AUTH_TOKEN !== undefined && { password: settings.REDIS_AUTH_TOKEN }),
    connectTimeout: 5_000,
    keepAlive: 10_000,
    retryStrategy: reconnectDelayMs,
    reconnectOnError: isFormerPrimary,
    autoResendUnfulfilledCommands: false,
    // Any positive number would leave commands in flight pending forever once a reconnection
    // succeeds: without the resending, ioredis rejects them only when it gives up on a request.
    maxRetriesPerRequest: 0,
  };
}

function tlsOptions(settings: z.infer<typeof environmentSchema>): RedisOptions["tls"] {
  return {
    servername: settings.REDIS_TLS_SERVERNAME ?? settings.REDIS_HOST,
    minVersion: "TLSv1.2",
    // Said aloud so that NODE_TLS_REJECT_UNAUTHORIZED in the environment cannot turn it off.
    rejectUnauthorized: true,
  };
}

function reconnectDelayMs(attempt: number): number {
  return Math.min(50 * 2 ** Math.min(attempt - 1, 6), 1_000) + Math.random() * 50;
}

/** After a failover the old connection may lead to a replica: connect again, by name. */
function isFormerPrimary(error: Error): boolean {
  return error.message.startsWith("READONLY");
}
