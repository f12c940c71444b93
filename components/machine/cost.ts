import { costLine, HOURS_A_MONTH } from "../cost.ts";
import type { CostLine } from "../cost.ts";

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
  "c7g.xlarge": 0.145,
};
const GP3_GIB = 0.08;
const SECRET = 0.4;

interface Sized {
  readonly instanceType: string;
}

/** Whether the machine's price is known here. */
export const isPriced = ({ instanceType }: Sized) => HOURLY[instanceType] !== undefined;

/**
 * What machines of one kind cost a month for as long as they are there: themselves, their volumes and the secret they
 * share. The machines' line is missing where their price is not known.
 */
export function machineCost(
  what: string,
  { instanceType, volumeGiB, count }: Sized & { volumeGiB: number; count: number },
): CostLine[] {
  const hourly = HOURLY[instanceType];
  const [times, volumes] = count === 1 ? ["", "volume"] : [` × ${count}`, "volumes"];
  return [
    ...(hourly === undefined
      ? []
      : [costLine(`${what}, ${instanceType}${times}`, count * HOURS_A_MONTH, "hour", hourly)]),
    costLine(`${what}, ${volumes}`, count * volumeGiB, "GiB", GP3_GIB),
    costLine(`${what}, secret`, 1, "secret", SECRET),
  ];
}
