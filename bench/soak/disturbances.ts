import { seededRandom } from "../../rehearsal/traffic/random.ts";

/** What one rehearsal of a soak has to bear; the same for the same seed. */
export interface Disturbances {
  /** In the notation of `rehearse --fault`. */
  readonly faults: readonly string[];
  /** Whether it is rolled back from the target instead of completed. */
  readonly rollback: boolean;
}

/** Phases of a switch in which the process that leads it, or takes part in it, can be killed. */
const DRIVING = ["holding", "fencing", "draining", "turning", "settling", "unfencing", "arming"];
const RELAYING = ["stopping", "holding", "settling"];
const MOMENTS = ["before", "during", "after"];
/** Where a run that is to be rolled back stops: long after the switch, before the point of no return. */
export const ROLLBACK_FROM = "validate-soaked";
const ROLLBACK_EVERY = 3;
const MOST_KILLS = 3;

/** Picks one to three kills, of the driver, the mover or a relay, anywhere in the steps or in the switch. */
export function disturbancesOf(seed: number, steps: readonly string[]): Disturbances {
  const random = seededRandom(seed);
  const one = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)]!;
  const kinds = [
    () => "kill@random",
    () => `kill@${one(steps)}:${one(MOMENTS)}`,
    () => "kill@mover:random",
    () => `kill@mover:${one(DRIVING)}`,
    () => "kill@relay:random",
    () => `kill@relay:${one(RELAYING)}`,
  ];
  const kills = 1 + Math.floor(random() * MOST_KILLS);
  const faults = new Set(Array.from({ length: kills }, () => one(kinds)()));
  const rollback = seed % ROLLBACK_EVERY === 0;
  if (rollback) faults.add(`kill@${ROLLBACK_FROM}:before`);
  return { faults: [...faults], rollback };
}
