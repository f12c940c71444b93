import { dumpRestoreLoop, aofPipe } from "./pipes.ts";
import type { Mover } from "./mover.ts";
import { rdbAndStart, replicaOf } from "./native.ts";
import { redisShake } from "./redisShake.ts";

/** What people would use instead. */
export const PEERS: readonly Mover[] = [
  redisShake,
  replicaOf,
  rdbAndStart,
  aofPipe,
  dumpRestoreLoop,
];
