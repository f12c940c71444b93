import type { RedisOptions } from "ioredis";
import { z } from "zod";
import { redisOptions } from "../../appkit/redis.ts";

const count = z.coerce.number().int().min(0);
const positive = z.coerce.number().int().min(1);

const schema = z.object({
  HOST: z.string().default("127.0.0.1"),
  PORT: count.max(65_535).default(3000),
  /** Names this process among all that run; a task has its own. */
  HOSTNAME: z.string().default("local"),
  WORKERS: count.default(2),
  RATE_LIMIT: positive.default(30),
  RATE_WINDOW_SECONDS: positive.default(60),
  SESSION_TTL_SECONDS: positive.default(3_600),
  PRODUCT_TTL_SECONDS: positive.default(60),
  COMMAND_TIMEOUT_MS: positive.default(5_000),
});

export type AppSettings = z.infer<typeof schema> & { readonly redis: RedisOptions };

/**
 * The application's settings, from its environment only.
 * @throws Error naming each variable that is wrong; never a value.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): AppSettings {
  const parsed = schema.safeParse(env);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join(".")}: ${issue.message}`,
    );
    throw new Error(`The application is not configured: ${problems.join("; ")}.`);
  }
  return { ...parsed.data, redis: redisOptions(env) };
}
