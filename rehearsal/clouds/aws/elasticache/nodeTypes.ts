import { AwsError } from "../../world.ts";

/** Memory of a node in bytes, before what its parameter group reserves. */
const MEMORY: Readonly<Record<string, number>> = {
  "cache.t3.micro": 536_870_912,
  "cache.t3.small": 1_471_026_299,
  "cache.t3.medium": 3_317_862_236,
  "cache.t4g.micro": 536_870_912,
  "cache.t4g.small": 1_471_026_299,
  "cache.t4g.medium": 3_317_862_236,
  "cache.m6g.large": 6_854_542_746,
  "cache.m7g.large": 6_854_542_746,
  "cache.r6g.large": 14_037_181_030,
  "cache.r6g.xlarge": 28_261_849_702,
  "cache.r7g.large": 14_037_181_030,
};

/** Bytes that data may take on a node of this type; throws for a type that does not exist. */
export function maxMemoryOf(nodeType: string, reservedPercent: number): number {
  const memory = MEMORY[nodeType];
  if (memory === undefined) {
    const message = `Invalid Cache Node Type: ${nodeType}.`;
    throw new AwsError("InvalidParameterValueException", message);
  }
  return Math.floor((memory * (100 - reservedPercent)) / 100);
}
