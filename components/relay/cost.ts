import { costLine, HOURS_A_MONTH } from "../cost.ts";
import type { CostLine } from "../cost.ts";
import { machineCost } from "../machine/cost.ts";
import { relayDefaults } from "./defaults.ts";
import type { RelaySettings } from "./settings.ts";

/** List price of us-east-1 in US dollars, of the same day as those of the machines. */
const BALANCER_HOURLY = 0.0225;

/** What the relays cost a month for as long as they are there, the balancer's capacity units apart. */
export function relayCost({ instanceType, subnetIds }: RelaySettings): CostLine[] {
  const { volumeGiB } = relayDefaults;
  return [
    ...machineCost("Relays", { instanceType, volumeGiB, count: subnetIds.length }),
    costLine("Relays, balancer", HOURS_A_MONTH, "hour", BALANCER_HOURLY),
  ];
}
