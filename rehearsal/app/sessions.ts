import type { Redis } from "ioredis";

/** Sessions: any JSON value under an id, forgotten `ttlSeconds` after the last write. */
export class Sessions {
  readonly #redis: Redis;
  readonly #ttlSeconds: number;

  constructor(redis: Redis, ttlSeconds: number) {
    this.#redis = redis;
    this.#ttlSeconds = ttlSeconds;
  }

  async store(id: string, value: unknown): Promise<void> {
    await this.#redis.set(sessionKey(id), JSON.stringify(value), "EX", this.#ttlSeconds);
  }

  /** The stored value, or undefined when there is none or it has expired. */
  async load(id: string): Promise<unknown> {
    const stored = await this.#redis.get(sessionKey(id));
    return stored === null ? undefined : JSON.parse(stored);
  }
}

export function sessionKey(id: string): string {
  return `session:${id}`;
}
