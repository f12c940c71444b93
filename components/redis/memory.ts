import { nodePrices } from "./prices.ts";
import type { RedisSettings } from "./settings.ts";

const GIB = 2 ** 30;
/** What the parameter group of a version from 2.8.22 on keeps free for copies and buffers, unless it is told otherwise. */
const RESERVED_PERCENT = 25;

/** Bytes that keys may take on a node before it evicts or refuses. Nothing for a node type that is not known here. */
export function memoryForKeys({
  nodeType,
  parameters,
}: Pick<RedisSettings, "nodeType" | "parameters">): number | undefined {
  const memory = nodePrices[nodeType]?.memoryGiB;
  if (memory === undefined) return undefined;
  const reserved = Number(parameters["reserved-memory-percent"] ?? RESERVED_PERCENT);
  return Math.floor((memory * GIB * (100 - reserved)) / 100);
}
