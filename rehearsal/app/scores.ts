import type { Redis } from "ioredis";

export const LEADERBOARD_KEY = "leaderboard";

export interface Standing {
  readonly player: string;
  readonly points: number;
}

/** One leaderboard for all players. */
export class Scores {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Adds points and returns the player's new total. */
  async add(player: string, points: number): Promise<number> {
    return Number(await this.#redis.zincrby(LEADERBOARD_KEY, points, player));
  }

  /** The best `count` players, best first. */
  async top(count: number): Promise<Standing[]> {
    const flat = await this.#redis.zrevrange(LEADERBOARD_KEY, 0, count - 1, "WITHSCORES");
    const standings: Standing[] = [];
    for (let at = 0; at < flat.length; at += 2) {
      standings.push({ player: flat[at]!, points: Number(flat[at + 1]) });
    }
    return standings;
  }
}
