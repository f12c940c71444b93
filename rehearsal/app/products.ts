import { createHash } from "node:crypto";
import type { Redis } from "ioredis";

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly priceCents: number;
}

/** Product pages, kept in the cache for `ttlSeconds` once they have been asked for. */
export class ProductCache {
  readonly #redis: Redis;
  readonly #ttlSeconds: number;

  constructor(redis: Redis, ttlSeconds: number) {
    this.#redis = redis;
    this.#ttlSeconds = ttlSeconds;
  }

  async get(id: string): Promise<{ product: Product; cached: boolean }> {
    const key = `product:${id}`;
    const cached = await this.#redis.get(key);
    if (cached !== null) return { product: JSON.parse(cached) as Product, cached: true };
    const product = readCatalogue(id);
    await this.#redis.set(key, JSON.stringify(product), "EX", this.#ttlSeconds);
    return { product, cached: false };
  }
}

/** The catalogue behind the cache: every id has one product, always the same. */
function readCatalogue(id: string): Product {
  const digest = createHash("sha256").update(id).digest();
  return { id, name: `Product ${id}`, priceCents: 100 + (digest.readUInt32BE(0) % 100_000) };
}
