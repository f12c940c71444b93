import type * as pulumi from "@pulumi/pulumi";
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type { Tags } from "./tags.ts";

/** `p95`: what 95 % of the samples stay under. */
export type Percentile = `p${number}`;

/** One series of figures. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly statistic: "Average" | "Maximum" | "Minimum" | "Sum" | Percentile;
  readonly dimensions: Record<string, pulumi.Input<string>>;
}

/** What an alarm looks at: one metric, or a formula over several; the formula uses their keys as variables. */
export type Observed =
  { readonly metric: Metric } | { readonly formula: string; readonly of: Record<string, Metric> };

/**
 * An alarm, said once and rendered for whatever system watches: here for CloudWatch, in `shared/watching/` for Prometheus.
 * `Query` is how that system is asked for the figure.
 */
export interface AlarmSpec<Query = Observed> {
  /** Unique among the alarms of a component; ends its resource name. */
  readonly id: string;
  /** What a person who is woken by it reads: what it means, and what to do. */
  readonly meaning: string;
  readonly observed: Query;
  readonly is: "above" | "below";
  readonly threshold: number;
  readonly periodSeconds: number;
  /** Periods in a row that must be over the threshold. */
  readonly periods: number;

  /**
   * What it means that there are no figures. Some exist only now and then, such as a primary's replication lag.
   *
   * @default "fine"
   */
  readonly missing?: "fine" | "alarm";

  /**
   * Whether a person is woken, or finds it in the morning; for systems that tell the two apart.
   *
   * @default "page"
   */
  readonly severity?: "page" | "ticket";

  /** What beside the topic hears of it when it goes off, by ARN: EC2, which mends a machine. */
  readonly actions?: readonly string[];
}

export interface AlarmOptions {
  /** Starts each alarm's name in CloudWatch: what is watched. */
  readonly watched: string;
  /** SNS topic told when an alarm goes off, and when it is over. */
  readonly topicArn: pulumi.Input<string>;
  /** Where the metrics are, and so the alarms and their topic: the stack's own region unless it is said. */
  readonly region?: string;
  readonly tags: Tags;
  readonly parent: pulumi.Resource;
}

/** Renders alarms as CloudWatch alarms, named `${name}-alarm-${id}`. */
export function cloudWatchAlarms(
  name: string,
  specs: readonly AlarmSpec[],
  options: AlarmOptions,
): MetricAlarm[] {
  return specs.map(
    (spec) =>
      new MetricAlarm(`${name}-alarm-${spec.id}`, cloudWatchAlarm(spec, options), {
        parent: options.parent,
      }),
  );
}

function cloudWatchAlarm(spec: AlarmSpec, options: AlarmOptions): MetricAlarmArgs {
  return {
    name: `${options.watched}-${spec.id}`,
    alarmDescription: spec.meaning,
    ...observe(spec),
    comparisonOperator: spec.is === "above" ? "GreaterThanThreshold" : "LessThanThreshold",
    threshold: spec.threshold,
    evaluationPeriods: spec.periods,
    treatMissingData: spec.missing === "alarm" ? "breaching" : "notBreaching",
    alarmActions: [options.topicArn, ...(spec.actions ?? [])],
    okActions: [options.topicArn],
    ...(options.region !== undefined && { region: options.region }),
    tags: options.tags,
  };
}

function observe({ observed, periodSeconds }: AlarmSpec): Partial<MetricAlarmArgs> {
  if ("metric" in observed) {
    const { namespace, name, statistic, dimensions } = observed.metric;
    const over = isPercentile(statistic) ? { extendedStatistic: statistic } : { statistic };
    return { namespace, metricName: name, ...over, dimensions, period: periodSeconds };
  }
  const series = Object.entries(observed.of).map(([id, metric]) => ({
    id,
    metric: {
      namespace: metric.namespace,
      metricName: metric.name,
      stat: metric.statistic,
      dimensions: metric.dimensions,
      period: periodSeconds,
    },
  }));
  const result = { id: "result", expression: observed.formula, returnData: true };
  return { metricQueries: [result, ...series] };
}

function isPercentile(statistic: Metric["statistic"]): statistic is Percentile {
  return /^p\d/.test(statistic);
}
