import { AwsError } from "../world.ts";

export type Dimensions = Readonly<Record<string, string>>;

/** Names one series. */
export interface MetricName {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Dimensions;
}

/** One period of a series. */
export interface Datapoint {
  /** Start of the period, in ms since the epoch. */
  readonly at: number;
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

export interface Period {
  /** The first, in ms since the epoch; included. */
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly periodMs: number;
}

interface Series {
  readonly unit: string;
  samples: { readonly at: number; readonly value: number }[];
}

const SAMPLES_KEPT = 3_600;

const STATISTICS: Readonly<Record<string, (point: Datapoint) => number>> = {
  Average: ({ sum, count }) => sum / count,
  Sum: ({ sum }) => sum,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
  SampleCount: ({ count }) => count,
};

/** The value of a statistic; throws the service's error for one that the twin does not have. */
export function statisticOf(point: Datapoint, statistic: string): number {
  const compute = STATISTICS[statistic];
  if (compute) return compute(point);
  const known = Object.keys(STATISTICS).join(", ");
  const message = `The statistic ${statistic} is none that the twin computes: ${known}.`;
  throw new AwsError("InvalidParameterValue", message);
}

/** Samples of all series, the newest hour of each. */
export class MetricStore {
  readonly #series = new Map<string, Series>();

  put(name: MetricName, unit: string, value: number, at: number): void {
    const key = keyOf(name);
    const series = this.#series.get(key) ?? { unit, samples: [] };
    series.samples.push({ at, value });
    if (series.samples.length > SAMPLES_KEPT * 1.1) {
      series.samples = series.samples.slice(-SAMPLES_KEPT);
    }
    this.#series.set(key, series);
  }

  unit(name: MetricName): string {
    return this.#series.get(keyOf(name))?.unit ?? "None";
  }

  /** The periods that have samples, oldest first. The dimensions must be exactly the series' own. */
  datapoints(name: MetricName, { from, to, periodMs }: Period): Datapoint[] {
    const samples = this.#series.get(keyOf(name))?.samples ?? [];
    const points = new Map<number, Datapoint>();
    const first = startOfPeriod(from, periodMs);
    for (const { at, value } of samples) {
      const start = startOfPeriod(at, periodMs);
      if (start < first || start >= to) continue;
      const { count, sum, minimum, maximum } = points.get(start) ?? NO_SAMPLES;
      points.set(start, {
        at: start,
        count: count + 1,
        sum: sum + value,
        minimum: Math.min(minimum, value),
        maximum: Math.max(maximum, value),
      });
    }
    return [...points.values()];
  }
}

const NO_SAMPLES = { count: 0, sum: 0, minimum: Infinity, maximum: -Infinity } as const;

export function startOfPeriod(at: number, periodMs: number): number {
  return Math.floor(at / periodMs) * periodMs;
}

function keyOf({ namespace, metric, dimensions }: MetricName): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => a.localeCompare(b));
  return JSON.stringify([namespace, metric, sorted]);
}
