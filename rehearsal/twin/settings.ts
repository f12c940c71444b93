import { usageError } from "../../automation/errors.ts";
import type { WorldSettings } from "../clouds/world.ts";
import { scales, type ScaleName } from "../scales.ts";
import { parseFault } from "./faults.ts";

/** What a twin is started with, as it is kept in its folder. */
export interface TwinSettings {
  readonly world: string;
  readonly scale: ScaleName;
  readonly seed: number;
  readonly faults: readonly string[];
  /** False: the world without live traffic, for tests of the clouds. */
  readonly traffic: boolean;
}

export const worldNames: readonly string[] = ["redis-encryption"];

/** Throws a usage error for a world, scale or fault that does not exist. */
export function assertSettings(settings: {
  readonly world: string;
  readonly scale: string;
  readonly faults: readonly string[];
}): asserts settings is Pick<TwinSettings, "world" | "scale" | "faults"> {
  if (!worldNames.includes(settings.world)) {
    throw usageError(
      "unknown-world",
      `There is no rehearsal for ${settings.world}.`,
      `Rehearsals: ${worldNames.join(", ")}.`,
    );
  }
  if (!(settings.scale in scales)) {
    const known = Object.keys(scales).join(", ");
    throw usageError("unknown-scale", `There is no scale ${settings.scale}.`, `Scales: ${known}.`);
  }
  settings.faults.forEach(assertFault);
}

function assertFault(fault: string): void {
  try {
    parseFault(fault);
  } catch (error) {
    throw usageError("unknown-fault", (error as Error).message, "Correct --fault.");
  }
}

export function worldSettings(settings: TwinSettings): WorldSettings {
  const scale = scales[settings.scale];
  const { world, seed } = settings;
  return { world, scale, seed, clockFactor: scale.clockFactor };
}
