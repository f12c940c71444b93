import { hipaaDefaults } from "../defaults.ts";
import type { CreatedNetwork } from "./args.ts";
import { networkProblem } from "./cidr.ts";

const MIN_ZONES = 2;

/** @throws Error for a range or zones that Amazon, or a network in two zones, would not take */
export function checkNetwork({ cidr, zones, peers }: CreatedNetwork, region: string): void {
  const problem = networkProblem(cidr ?? hipaaDefaults.cidr, peers);
  if (problem !== undefined) throw new Error(`\`network.create.cidr\` ${problem}.`);
  const wrong = zones === undefined ? undefined : zonesProblem(zones, region);
  if (wrong !== undefined) throw new Error(`\`network.create.zones\` ${wrong}.`);
}

/** What is wrong with the zones, as the end of a sentence. */
export function zonesProblem(zones: readonly string[], region: string): string | undefined {
  if (new Set(zones).size < MIN_ZONES) {
    return `must name at least two zones, but is ${zones.join(", ") || "empty"}`;
  }
  const foreign = zones.find((zone) => zone.slice(0, -1) !== region);
  return foreign === undefined ? undefined : `must be zones of ${region}, but one is ${foreign}`;
}
