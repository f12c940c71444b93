import type { EncryptedRedisArgs } from "./args.ts";
import { ENGINE_VERSION } from "./engine.ts";
import { isFenced } from "./source.ts";

/** Refuses, before anything is declared, what the service would refuse half-way, or what would leave nobody serving. */
export function checkArgs(args: EncryptedRedisArgs): void {
  const { engineVersion, replicas, stage, seed } = args;
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
  checkRelays(args);
}

/** In the stages in which clients come by relays, and those in which nobody else may reach the source. */
function checkRelays({ stage, relay, source }: EncryptedRedisArgs): void {
  if ((stage === "relay" || stage === "fence") && relay === undefined) {
    throw new Error(`\`relay\` must be provided in stage ${stage}: clients come by relays.`);
  }
  if (stage === "fence" && source?.fence === undefined) {
    throw new Error(
      "`source.fence` must be provided in stage fence: it says who still reaches the source.",
    );
  }
  if (isFenced(stage) && source?.fence !== undefined && source.securityGroupIds === undefined) {
    throw new Error(
      `\`source.securityGroupIds\` must be provided in stage ${stage}: the source is fenced, and they say what to go back to.`,
    );
  }
}
