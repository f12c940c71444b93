import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { z } from "zod";
import { HttpError, type HttpReply, type HttpRequest, type Routes } from "./http.ts";
import { JobQueue } from "./jobs.ts";
import { RateLimiter } from "./limiter.ts";
import { ProductCache } from "./products.ts";
import { Scores } from "./scores.ts";
import { Sessions } from "./sessions.ts";
import type { AppSettings } from "./settings.ts";

const messageBody = z.object({
  id: z.string().min(1).max(100).optional(),
  userId: z.string().min(1).max(100),
  text: z.string().min(1),
});
const scoreBody = z.object({ player: z.string().min(1).max(100), points: z.int() });
const topQuery = z.coerce.number().int().min(1).max(100).default(10);

/**
 * The application's interface:
 *
 * - `PUT`, `GET /sessions/:id`: any JSON value, kept for the length of a session.
 * - `POST /messages` `{ userId, text, id? }`: 202 when queued, 429 over the user's limit.
 * - `POST /scores` `{ player, points }`, `GET /scores?top=10`.
 * - `GET /products/:id`: through the cache.
 * - `GET /health`: 200 only if the data server answers.
 */
export function createRoutes(redis: Redis, jobs: JobQueue, settings: AppSettings): Routes {
  return {
    ...sessionRoutes(new Sessions(redis, settings.SESSION_TTL_SECONDS)),
    ...scoreRoutes(new Scores(redis)),
    "POST /messages": acceptMessages(
      new RateLimiter(redis, settings.RATE_LIMIT, settings.RATE_WINDOW_SECONDS),
      jobs,
    ),
    "GET /products/:id": getProduct(new ProductCache(redis, settings.PRODUCT_TTL_SECONDS)),
    "GET /health": () => checkHealth(redis),
  };
}

function sessionRoutes(sessions: Sessions): Routes {
  return {
    "PUT /sessions/:id": async (request) => {
      await sessions.store(request.id, await request.json());
      return { status: 204 };
    },
    "GET /sessions/:id": async (request) => {
      const value = await sessions.load(request.id);
      if (value === undefined) throw new HttpError(404, "no such session");
      return { status: 200, body: value };
    },
  };
}

function scoreRoutes(scores: Scores): Routes {
  return {
    "POST /scores": async (request) => {
      const { player, points } = validate(scoreBody, await request.json());
      return { status: 200, body: { player, points: await scores.add(player, points) } };
    },
    "GET /scores": async (request) => {
      const count = validate(topQuery, request.query.get("top") ?? undefined);
      return { status: 200, body: await scores.top(count) };
    },
  };
}

function acceptMessages(limiter: RateLimiter, jobs: JobQueue) {
  return async (request: HttpRequest): Promise<HttpReply> => {
    const { userId, text, id = randomUUID() } = validate(messageBody, await request.json());
    const verdict = await limiter.admit(userId);
    if (!verdict.allowed) {
      const headers = { "retry-after": String(verdict.retryAfterSeconds) };
      return { status: 429, headers, body: { error: "too many messages" } };
    }
    await jobs.add({ id, userId, text });
    return { status: 202, body: { id } };
  };
}

function getProduct(products: ProductCache) {
  return async (request: HttpRequest): Promise<HttpReply> => {
    const { product, cached } = await products.get(request.id);
    return { status: 200, headers: { "x-cache": cached ? "hit" : "miss" }, body: product };
  };
}

async function checkHealth(redis: Redis): Promise<HttpReply> {
  try {
    await redis.ping();
    return { status: 200, body: { status: "healthy" } };
  } catch {
    return { status: 503, body: { status: "unhealthy" } };
  }
}

function validate<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new HttpError(400, problems.join("; "));
}
