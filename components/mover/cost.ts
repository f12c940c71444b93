import type { CostLine } from "../cost.ts";
import { machineCost } from "../machine/cost.ts";
import { moverDefaults } from "./defaults.ts";
import type { MoverSettings } from "./settings.ts";

/** What a mover costs a month for as long as it is there. */
export function moverCost({ instanceType }: Pick<MoverSettings, "instanceType">): CostLine[] {
  const { volumeGiB } = moverDefaults;
  return machineCost("Mover", { instanceType, volumeGiB, count: 1 });
}
