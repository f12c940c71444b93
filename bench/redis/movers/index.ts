import type { Mover } from "./mover.ts";
import { rdbAndStart, replicaOf } from "./native.ts";
import { aofPipe, dumpRestoreLoop } from "./pipes.ts";
import { redisShake } from "./redisShake.ts";

/** What people would use instead. */
export const PEERS: readonly Mover[] = [redisShake, replicaOf, rdbAndStart, aofPipe];

/** The same, and what takes so long that it is measured once. */
export const ALL_PEERS: readonly Mover[] = [...PEERS, dumpRestoreLoop];
