import type { EncryptedRedisArgs } from "./args.ts";
import { ENGINE_VERSION } from "./engine.ts";

/** Refuses, before anything is declared, what the service would refuse half-way, or what would leave nobody serving. */
export function checkArgs({ engineVersion, replicas, stage, seed }: EncryptedRedisArgs): void {
  if (!ENGINE_VERSION.test(engineVersion)) {
    throw new Error(
      `\`engineVersion\` must be 7.x, such as "7.1", but is "${engineVersion}": older versions cannot require TLS from the start.`,
    );
  }
  if (replicas !== undefined && (!Number.isInteger(replicas) || replicas < 1 || replicas > 5)) {
    throw new Error(
      `\`replicas\` must be from 1 to 5, but is ${replicas}: Multi-AZ with failover needs at least one.`,
    );
  }
  if (stage !== "prepare" && seed.from === "snapshot" && seed.name === undefined) {
    throw new Error(
      `\`seed.name\` must be provided in stage ${stage}: the group that serves is restored from that snapshot.`,
    );
  }
}
