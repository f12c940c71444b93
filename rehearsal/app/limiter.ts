import type { Redis, Result } from "ioredis";

export interface Verdict {
  readonly allowed: boolean;
  /** Requests counted in the current window, this one included. */
  readonly count: number;
  /** Seconds until the window ends. */
  readonly retryAfterSeconds: number;
}

/** In one script, so that no counter can be left without an expiry. */
const COUNT_REQUEST = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('PTTL', KEYS[1])}`;

/** Fixed-window rate limiter: at most `limit` requests a subject in `windowSeconds`. */
export class RateLimiter {
  readonly #redis: Redis;
  readonly #limit: number;
  readonly #windowMs: number;

  constructor(redis: Redis, limit: number, windowSeconds: number) {
    redis.defineCommand("countRequest", { lua: COUNT_REQUEST, numberOfKeys: 1 });
    this.#redis = redis;
    this.#limit = limit;
    this.#windowMs = windowSeconds * 1_000;
  }

  async admit(subject: string): Promise<Verdict> {
    const [count, ttlMs] = await this.#redis.countRequest(`ratelimit:${subject}`, this.#windowMs);
    return {
      allowed: count <= this.#limit,
      count,
      retryAfterSeconds: Math.max(1, Math.ceil(ttlMs / 1_000)),
    };
  }
}

declare module "ioredis" {
  interface RedisCommander<Context> {
    countRequest(key: string, windowMs: number): Result<[count: number, ttlMs: number], Context>;
  }
}
