import { costLine, HOURS_A_MONTH } from "../cost.ts";
import type { CostLine } from "../cost.ts";
import { moverDefaults } from "./defaults.ts";
import type { MoverSettings } from "./settings.ts";

/** List prices of us-east-1 on demand, Linux, in US dollars; of the same day as those of the data servers. */
const HOURLY: Readonly<Record<string, number>> = {
  "t4g.micro": 0.0084,
  "t4g.small": 0.0168,
  "t4g.medium": 0.0336,
  "t4g.large": 0.0672,
  "t3.micro": 0.0104,
  "t3.small": 0.0208,
  "t3.medium": 0.0416,
  "t3.large": 0.0832,
  "m7g.large": 0.0816,
  "c7g.large": 0.0725,
};
const GP3_GIB = 0.08;
const SECRET = 0.4;

/** Whether the machine's price is known here. */
export const isPriced = ({ instanceType }: MoverSettings) => HOURLY[instanceType] !== undefined;

/** What a mover costs a month for as long as it is there. The machine's line is missing where its price is not known. */
export function moverCost({ instanceType }: MoverSettings): CostLine[] {
  const hourly = HOURLY[instanceType];
  return [
    ...(hourly === undefined
      ? []
      : [costLine(`Mover, ${instanceType}`, HOURS_A_MONTH, "hour", hourly)]),
    costLine("Mover, volume", moverDefaults.volumeGiB, "GiB", GP3_GIB),
    costLine("Mover, secret", 1, "secret", SECRET),
  ];
}
