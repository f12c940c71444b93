import type {
  DescribeAlarmsCommandInput,
  MetricAlarm,
  MetricDataQuery,
  StateValue,
} from "@aws-sdk/client-cloudwatch";
import { flag, given, number, text, texts } from "../properties.ts";
import type { Properties, ResourceKind, World } from "../world.ts";
import { compileFormula } from "./cloudwatchFormula.ts";
import { startOfPeriod, type MetricStore } from "./cloudwatchStore.ts";
import { evaluateQueries, type SeriesPoint } from "./cloudwatchQueries.ts";

interface Alarm {
  readonly inputs: Properties;
  readonly queries: readonly MetricDataQuery[];
  state: StateValue;
  reason: string;
  since: Date;
}

type Compare = (value: number, threshold: number) => boolean;

const COMPARISONS: Readonly<Record<string, Compare>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};
const RESULT_ID = "m1";

/** The alarms that stacks declare, with states from the twin's own figures. */
export class Alarms {
  readonly #world: Pick<World, "account" | "clock" | "log">;
  readonly #store: MetricStore;
  readonly #shortestPeriodMs: number;
  readonly #alarms = new Map<string, Alarm>();

  constructor(
    world: Pick<World, "account" | "clock" | "log">,
    store: MetricStore,
    shortestPeriodMs: number,
  ) {
    this.#world = world;
    this.#store = store;
    this.#shortestPeriodMs = shortestPeriodMs;
  }

  /** Looks at every alarm's last periods, which pass on the twin's clock. */
  evaluate(): void {
    for (const [name, alarm] of this.#alarms) {
      const { state, reason } = this.#judge(alarm);
      if (state === alarm.state) continue;
      Object.assign(alarm, { state, reason, since: new Date() });
      this.#world.log("alarm", { name, state, reason });
    }
  }

  describe(input: DescribeAlarmsCommandInput): MetricAlarm[] {
    return [...this.#alarms]
      .filter(([name]) => input.AlarmNames?.includes(name) ?? true)
      .filter(([name]) => name.startsWith(input.AlarmNamePrefix ?? ""))
      .filter(([, { state }]) => state === (input.StateValue ?? state))
      .map(([name, alarm]) => ({ ...described(alarm), AlarmArn: this.#arn(name) }));
  }

  /** `aws.cloudwatch.MetricAlarm` */
  kind(): ResourceKind {
    const put = (name: string, inputs: Properties) => {
      const queries = queriesOf(inputs);
      const before = this.#alarms.get(name);
      const fresh = {
        state: "INSUFFICIENT_DATA",
        reason: "Unchecked: Initial alarm creation",
      } as const;
      const { state, reason } = before ?? fresh;
      this.#alarms.set(name, {
        inputs,
        queries,
        state,
        reason,
        since: before?.since ?? new Date(),
      });
      return { ...given(inputs), name, arn: this.#arn(name) };
    };
    return {
      type: "aws:cloudwatch/metricAlarm:MetricAlarm",
      replaceOn: ["name"],
      actions: { create: "cloudwatch:PutMetricAlarm", delete: "cloudwatch:DeleteAlarms" },
      create: async (inputs) => {
        const name = text(inputs, "name") ?? "";
        return { id: name, outputs: put(name, inputs) };
      },
      update: async (id, inputs) => put(id, inputs),
      read: async (id) => {
        const alarm = this.#alarms.get(id);
        if (!alarm) return undefined;
        const outputs = { ...given(alarm.inputs), name: id, arn: this.#arn(id) };
        return { id, inputs: alarm.inputs, outputs };
      },
      delete: async (id) => void this.#alarms.delete(id),
    };
  }

  #arn(name: string): string {
    return this.#world.account.arn("cloudwatch", `alarm:${name}`);
  }

  #judge({ inputs, queries }: Alarm): { state: StateValue; reason: string } {
    const periods = number(inputs, "evaluationPeriods") ?? 1;
    const toAlarm = number(inputs, "datapointsToAlarm") ?? periods;
    const verdicts = this.#lastPeriods(inputs, queries, periods).map((value) =>
      value === undefined ? verdictOfMissing(inputs) : breaches(inputs, value),
    );
    const breaching = verdicts.filter((verdict) => verdict === true).length;
    const threshold = number(inputs, "threshold");
    if (verdicts.every((verdict) => verdict === undefined)) {
      return { state: "INSUFFICIENT_DATA", reason: `No figures in the last ${periods} periods.` };
    }
    const state = breaching >= toAlarm ? "ALARM" : "OK";
    const reason = `${breaching} of the last ${periods} periods crossed the threshold ${threshold}.`;
    return { state, reason };
  }

  /** Values of the last periods that are over, undefined where there is none. */
  #lastPeriods(
    inputs: Properties,
    queries: readonly MetricDataQuery[],
    periods: number,
  ): (number | undefined)[] {
    const periodMs = Math.max(
      this.#world.clock.compress(periodSecondsOf(inputs, queries) * 1_000),
      this.#shortestPeriodMs,
    );
    const to = startOfPeriod(Date.now(), periodMs);
    const period = { from: to - periods * periodMs, to, periodMs };
    const points: readonly SeriesPoint[] =
      evaluateQueries(this.#store, queries, period).find(({ returned }) => returned)?.points ?? [];
    return Array.from({ length: periods }, (_, index) => {
      const start = to - (index + 1) * periodMs;
      return points.find(({ at }) => Math.abs(at - start) < periodMs / 2)?.value;
    });
  }
}

function breaches(inputs: Properties, value: number): boolean {
  const compare = COMPARISONS[text(inputs, "comparisonOperator") ?? ""];
  return compare?.(value, number(inputs, "threshold") ?? 0) ?? false;
}

function verdictOfMissing(inputs: Properties): boolean | undefined {
  const treatment = text(inputs, "treatMissingData");
  if (treatment === "breaching") return true;
  return treatment === "notBreaching" ? false : undefined;
}

/** An alarm on one metric is one on a list of one query. Refuses a formula that is none. */
function queriesOf(inputs: Properties): MetricDataQuery[] {
  const declared = inputs["metricQueries"] as readonly Properties[] | undefined;
  if (!declared?.length)
    return [{ Id: RESULT_ID, MetricStat: metricStat(inputs, "statistic"), ReturnData: true }];
  return declared.map((query) => {
    const metric = query["metric"] as Properties | undefined;
    const observed = metric
      ? { MetricStat: metricStat(metric, "stat") }
      : { Expression: validFormula(text(query, "expression") ?? "") };
    return { Id: text(query, "id"), ...observed, ReturnData: flag(query, "returnData") ?? false };
  });
}

function validFormula(expression: string): string {
  compileFormula(expression);
  return expression;
}

function metricStat(properties: Properties, statistic: "stat" | "statistic") {
  const dimensions = (properties["dimensions"] ?? {}) as Record<string, string>;
  return {
    Metric: {
      Namespace: text(properties, "namespace"),
      MetricName: text(properties, "metricName"),
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Stat: text(properties, statistic),
    Period: number(properties, "period"),
  };
}

function periodSecondsOf(inputs: Properties, queries: readonly MetricDataQuery[]): number {
  const periods = queries.flatMap((query) => query.MetricStat?.Period ?? []);
  return number(inputs, "period") ?? Math.max(60, ...periods);
}

function described({ inputs, queries, state, reason, since }: Alarm): MetricAlarm {
  const single = inputs["metricQueries"] === undefined;
  const stat = queries[0]?.MetricStat;
  return {
    AlarmName: text(inputs, "name"),
    AlarmDescription: text(inputs, "alarmDescription"),
    ActionsEnabled: flag(inputs, "actionsEnabled") ?? true,
    AlarmActions: [...texts(inputs, "alarmActions")],
    OKActions: [...texts(inputs, "okActions")],
    ...(single && stat
      ? {
          ...stat.Metric,
          Statistic: text(inputs, "statistic") as MetricAlarm["Statistic"],
          Period: stat.Period,
        }
      : { Metrics: [...queries] }),
    ComparisonOperator: text(inputs, "comparisonOperator") as MetricAlarm["ComparisonOperator"],
    Threshold: number(inputs, "threshold"),
    EvaluationPeriods: number(inputs, "evaluationPeriods"),
    DatapointsToAlarm: number(inputs, "datapointsToAlarm"),
    TreatMissingData: text(inputs, "treatMissingData"),
    StateValue: state,
    StateReason: reason,
    StateUpdatedTimestamp: since,
  };
}
