import type { Redis, Result } from "ioredis";

/**
 * Where a job is, at every instant in exactly one place: in the queue, in the hands of a worker
 * (`processing`, one list a worker) or done. Each transition is one atomic command.
 */
export const QUEUE_KEY = "jobs:queue";
export const PROCESSING_PREFIX = "jobs:processing:";
export const DONE_PREFIX = "jobs:done:";
/** Workers by the time of their last sign of life, in ms of the data server's clock. */
const WORKERS_KEY = "jobs:workers";

const ABANDONED_AFTER_MS = 15_000;

export interface Job {
  readonly id: string;
  readonly userId: string;
  readonly text: string;
}

/** Done only if still in this worker's hands: another may have taken over a silent one's jobs. */
const FINISH = `
if redis.call('LREM', KEYS[1], 1, ARGV[1]) == 0 then return 0 end
redis.call('LPUSH', KEYS[2], ARGV[2])
return 1`;

const GIVE_BACK = `
local given = 0
while redis.call('LMOVE', KEYS[1], KEYS[2], 'LEFT', 'RIGHT') do given = given + 1 end
redis.call('ZREM', KEYS[3], ARGV[1])
return given`;

const SIGN_OF_LIFE = `
local now = redis.call('TIME')
redis.call('ZADD', KEYS[1], now[1] * 1000 + math.floor(now[2] / 1000), ARGV[1])`;

const RECLAIM = `
local now = redis.call('TIME')
local silent = now[1] * 1000 + math.floor(now[2] / 1000) - ARGV[1]
local given = 0
for _, worker in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', silent)) do
  while redis.call('LMOVE', ARGV[2] .. worker, KEYS[2], 'LEFT', 'RIGHT') do given = given + 1 end
  redis.call('ZREM', KEYS[1], worker)
end
return given`;

/** The queue of messages to deliver. */
export class JobQueue {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    redis.defineCommand("finishJob", { lua: FINISH, numberOfKeys: 2 });
    redis.defineCommand("giveBackJobs", { lua: GIVE_BACK, numberOfKeys: 3 });
    redis.defineCommand("signOfLife", { lua: SIGN_OF_LIFE, numberOfKeys: 1 });
    redis.defineCommand("reclaimJobs", { lua: RECLAIM, numberOfKeys: 2 });
    this.#redis = redis;
  }

  async add(job: Job): Promise<void> {
    await this.#redis.lpush(QUEUE_KEY, JSON.stringify(job));
  }

  /** Waits on `connection` up to `seconds` for a job; null when none came. */
  take(connection: Redis, worker: string, seconds: number): Promise<string | null> {
    return connection.blmove(QUEUE_KEY, PROCESSING_PREFIX + worker, "RIGHT", "LEFT", seconds);
  }

  /** False when the job is no longer in this worker's hands. */
  async finish(worker: string, job: string): Promise<boolean> {
    const { id } = JSON.parse(job) as Job;
    const minute = Math.floor(Date.now() / 60_000);
    const keys = [PROCESSING_PREFIX + worker, `${DONE_PREFIX}${minute}`] as const;
    return (await this.#redis.finishJob(...keys, job, id)) === 1;
  }

  /** Returns all jobs in the worker's hands to the head of the queue, and how many they were. */
  giveBack(worker: string): Promise<number> {
    return this.#redis.giveBackJobs(PROCESSING_PREFIX + worker, QUEUE_KEY, WORKERS_KEY, worker);
  }

  async signOfLife(worker: string): Promise<void> {
    await this.#redis.signOfLife(WORKERS_KEY, worker);
  }

  /** Returns to the queue what workers hold that have been silent for too long. */
  reclaim(): Promise<number> {
    return this.#redis.reclaimJobs(WORKERS_KEY, QUEUE_KEY, ABANDONED_AFTER_MS, PROCESSING_PREFIX);
  }
}

declare module "ioredis" {
  interface RedisCommander<Context> {
    finishJob(processing: string, done: string, job: string, id: string): Result<number, Context>;
    giveBackJobs(
      processing: string,
      queue: string,
      workers: string,
      worker: string,
    ): Result<number, Context>;
    signOfLife(workers: string, worker: string): Result<null, Context>;
    reclaimJobs(
      workers: string,
      queue: string,
      silentMs: number,
      processingPrefix: string,
    ): Result<number, Context>;
  }
}
