const SOAK_MS = 48 * 3_600_000;

/** How big a rehearsal is: data, load, and how fast its clock runs. */
export interface Scale {
  readonly name: ScaleName;
  readonly keys: number;
  /** Mean size of a string value; the other types are made of elements of a tenth of it. */
  readonly valueBytes: number;
  readonly clients: number;
  readonly writesPerSecond: number;
  readonly readsPerSecond: number;
  /** How many times faster than the wall clock soaks and waits run. */
  readonly clockFactor: number;
}

export type ScaleName = "tiny" | "small" | "medium" | "large";

/** Clock factor with which a soak of 48 hours takes `seconds`. */
const soakIn = (seconds: number) => SOAK_MS / (seconds * 1000);

export const scales: Readonly<Record<ScaleName, Scale>> = {
  tiny: {
    name: "tiny",
    keys: 2_000,
    valueBytes: 64,
    clients: 8,
    writesPerSecond: 100,
    readsPerSecond: 200,
    clockFactor: soakIn(1),
  },
  small: {
    name: "small",
    keys: 100_000,
    valueBytes: 128,
    clients: 50,
    writesPerSecond: 1_000,
    readsPerSecond: 2_000,
    clockFactor: soakIn(8),
  },
  medium: {
    name: "medium",
    keys: 1_000_000,
    valueBytes: 128,
    clients: 100,
    writesPerSecond: 2_000,
    readsPerSecond: 4_000,
    clockFactor: soakIn(30),
  },
  large: {
    name: "large",
    keys: 5_000_000,
    valueBytes: 128,
    clients: 200,
    writesPerSecond: 3_000,
    readsPerSecond: 6_000,
    clockFactor: soakIn(60),
  },
};
