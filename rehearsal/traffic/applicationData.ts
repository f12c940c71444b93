import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import { DONE_PREFIX, PROCESSING_PREFIX, QUEUE_KEY, type Job } from "../app/jobs.ts";
import { LEADERBOARD_KEY } from "../app/scores.ts";
import { sessionKey } from "../app/sessions.ts";
import type { Expectation } from "./expectation.ts";
import type { Found } from "./findings.ts";

const BATCH = 500;
const SCAN_COUNT = 5_000;
const POLL_MS = 50;

/** Reads from the application's data server what it holds of the ids in the ledger. */
export async function readApplicationData(redis: Redis, expected: Expectation): Promise<Found> {
  return {
    sessions: await readSessions(redis, [...expected.sessions.keys()]),
    jobs: await countJobs(redis),
    scores: await readScores(redis, [...expected.scores.keys()]),
  };
}

/** Waits until the workers have finished the queue; returns what is still queued at the deadline. */
export async function waitForWorkers(redis: Redis, deadlineMs: number): Promise<number> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const lists = [QUEUE_KEY, ...(await scanKeys(redis, `${PROCESSING_PREFIX}*`))];
    const lengths = await Promise.all(lists.map((list) => redis.llen(list)));
    const open = lengths.reduce((sum, length) => sum + length, 0);
    if (open === 0 || performance.now() > deadline) return open;
    await pause(POLL_MS);
  }
}

async function readSessions(redis: Redis, ids: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const batch of batches(ids)) {
    const values = await redis.mget(batch.map(sessionKey));
    values.forEach((value, at) => {
      if (value !== null) found.set(batch[at]!, (JSON.parse(value) as { seq: number }).seq);
    });
  }
  return found;
}

async function readScores(redis: Redis, players: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const batch of batches(players)) {
    const values = await redis.zmscore(LEADERBOARD_KEY, ...batch);
    values.forEach((value, at) => {
      if (value !== null) found.set(batch[at]!, Number(value));
    });
  }
  return found;
}

/** All lists in one transaction: read one by one, a job on its way would be seen twice or never. */
async function countJobs(redis: Redis): Promise<Map<string, number>> {
  const processing = await scanKeys(redis, `${PROCESSING_PREFIX}*`);
  const done = new Set(await scanKeys(redis, `${DONE_PREFIX}*`));
  const minute = Math.floor(Date.now() / 60_000);
  for (const upcoming of [minute, minute + 1]) done.add(`${DONE_PREFIX}${upcoming}`);

  const transaction = redis.multi();
  for (const list of [QUEUE_KEY, ...processing, ...done]) transaction.lrange(list, 0, -1);
  const replies = (await transaction.exec())!;
  const elements = replies.map(([error, list]) => {
    if (error) throw error;
    return list as string[];
  });

  const counts = new Map<string, number>();
  const count = (id: string) => counts.set(id, (counts.get(id) ?? 0) + 1);
  const open = elements.slice(0, 1 + processing.length).flat();
  for (const job of open) count((JSON.parse(job) as Job).id);
  for (const id of elements.slice(1 + processing.length).flat()) count(id);
  return counts;
}

async function scanKeys(redis: Redis, match: string): Promise<string[]> {
  const keys = new Set<string>();
  let cursor = "0";
  do {
    const [next, batch] = await redis.scan(cursor, "MATCH", match, "COUNT", SCAN_COUNT);
    for (const key of batch) keys.add(key);
    cursor = next;
  } while (cursor !== "0");
  return [...keys];
}

function* batches<T>(items: readonly T[]): Generator<T[]> {
  for (let at = 0; at < items.length; at += BATCH) yield items.slice(at, at + BATCH);
}
