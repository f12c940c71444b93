import type { Dimension, Metric, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../world.ts";
import { compileFormula, type Variables } from "./cloudwatchFormula.ts";
import { statisticOf, type MetricName, type MetricStore, type Period } from "./cloudwatchStore.ts";

export interface SeriesPoint {
  /** Start of the period, in ms since the epoch. */
  readonly at: number;
  readonly value: number;
}

export interface QueryResult {
  readonly id: string;
  readonly label: string;
  readonly returned: boolean;
  /** Oldest first. */
  readonly points: readonly SeriesPoint[];
}

/** The series of queries and formulas over each other, in the order of the queries. */
export function evaluateQueries(
  store: MetricStore,
  queries: readonly MetricDataQuery[],
  period: Period,
): QueryResult[] {
  const series = new Map<string, readonly SeriesPoint[]>();
  for (const { Id = "", MetricStat } of queries) {
    if (MetricStat) series.set(Id, metricSeries(store, MetricStat, period));
  }
  return queries.map(({ Id = "", Expression, Label, MetricStat, ReturnData = true }) => ({
    id: Id,
    label: Label ?? MetricStat?.Metric?.MetricName ?? Id,
    returned: ReturnData,
    points: Expression === undefined ? (series.get(Id) ?? []) : formulaSeries(Expression, series),
  }));
}

/** The series' name in the store from the SDK's form of it. */
export function metricNameOf(metric: Metric): MetricName {
  const { Namespace = "", MetricName = "", Dimensions = [] } = metric;
  return { namespace: Namespace, metric: MetricName, dimensions: dimensionsOf(Dimensions) };
}

function dimensionsOf(dimensions: readonly Dimension[]): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ Name = "", Value = "" }) => [Name, Value]));
}

function metricSeries(
  store: MetricStore,
  { Metric: metric, Stat }: NonNullable<MetricDataQuery["MetricStat"]>,
  period: Period,
): SeriesPoint[] {
  if (metric === undefined || Stat === undefined) {
    throw new AwsError("ValidationError", "MetricStat needs a Metric and a Stat.");
  }
  const points = store.datapoints(metricNameOf(metric), period);
  return points.map((point) => ({ at: point.at, value: statisticOf(point, Stat) }));
}

/** A formula has a value where each series that has any has one. */
function formulaSeries(
  expression: string,
  series: ReadonlyMap<string, readonly SeriesPoint[]>,
): SeriesPoint[] {
  const formula = compileFormula(expression);
  const at = new Set([...series.values()].flat().map((point) => point.at));
  const values = [...at]
    .sort((a, b) => a - b)
    .map((time) => {
      const variables: Variables = Object.fromEntries(
        [...series].flatMap(([id, points]) => {
          const point = points.find((each) => each.at === time);
          return point ? [[id, point.value]] : [];
        }),
      );
      return { at: time, value: formula(variables) };
    });
  return values.filter(({ value }) => Number.isFinite(value));
}
