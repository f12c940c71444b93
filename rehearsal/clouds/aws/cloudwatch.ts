import { setTimeout as pause } from "node:timers/promises";
import type {
  Datapoint as SdkDatapoint,
  DescribeAlarmsCommandInput,
  GetMetricDataCommandInput,
  GetMetricStatisticsCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { AwsError, type Part, type World } from "../world.ts";
import { Alarms } from "./cloudwatchAlarms.ts";
import { evaluateQueries, metricNameOf } from "./cloudwatchQueries.ts";
import { Sampler } from "./cloudwatchSampler.ts";
import { MetricStore, statisticOf } from "./cloudwatchStore.ts";
import type { Ecs } from "./ecs.ts";

const SAMPLE_EVERY_MS = 1_000;
const DEFAULT_PERIOD_SECONDS = 60;

/**
 * CloudWatch: figures of the data servers and the services, sampled from the real processes, and
 * the alarms that stacks declare over them.
 */
export function createCloudWatch(world: World, ecs: Ecs, everyMs = SAMPLE_EVERY_MS): Part {
  const store = new MetricStore();
  const sampler = new Sampler(world, ecs, store);
  const alarms = new Alarms(world, store, 2 * everyMs);
  const stopped = new AbortController();
  const sampling = keepSampling(stopped.signal, everyMs, async () => {
    await sampler.sample();
    alarms.evaluate();
  });

  return {
    services: [
      {
        name: "monitoring",
        actions: {
          GetMetricStatistics: async (input: GetMetricStatisticsCommandInput) =>
            getMetricStatistics(store, input),
          GetMetricData: async (input: GetMetricDataCommandInput) => getMetricData(store, input),
          DescribeAlarms: async (input: DescribeAlarmsCommandInput) => ({
            MetricAlarms: alarms.describe(input),
            CompositeAlarms: [],
          }),
        },
      },
    ],
    kinds: [alarms.kind()],
    async stop() {
      stopped.abort();
      await sampling;
    },
  };
}

async function keepSampling(
  stopped: AbortSignal,
  everyMs: number,
  sample: () => Promise<void>,
): Promise<void> {
  while (!stopped.aborted) {
    await sample();
    await pause(everyMs, undefined, { signal: stopped, ref: false }).catch(() => {});
  }
}

function getMetricStatistics(store: MetricStore, input: GetMetricStatisticsCommandInput) {
  const { Statistics = [], Period: seconds = DEFAULT_PERIOD_SECONDS } = input;
  if (Statistics.length === 0) {
    throw new AwsError("InvalidParameterCombination", "At least one of Statistics must be given.");
  }
  const name = metricNameOf(input);
  const Unit = store.unit(name) as SdkDatapoint["Unit"];
  const points = store.datapoints(name, periodOf(input, seconds));
  return {
    Label: input.MetricName,
    Datapoints: points.map((point) => ({
      Timestamp: new Date(point.at),
      Unit,
      ...Object.fromEntries(Statistics.map((each) => [each, statisticOf(point, each)])),
    })),
  };
}

function getMetricData(store: MetricStore, input: GetMetricDataCommandInput) {
  const queries = input.MetricDataQueries ?? [];
  const seconds = queries.flatMap((query) => query.MetricStat?.Period ?? query.Period ?? []);
  const period = periodOf(input, Math.max(...seconds, 1));
  const ascending = input.ScanBy === "TimestampAscending";
  return {
    MetricDataResults: evaluateQueries(store, queries, period)
      .filter(({ returned }) => returned)
      .map(({ id, label, points }) => {
        const ordered = ascending ? points : points.toReversed();
        return {
          Id: id,
          Label: label,
          Timestamps: ordered.map(({ at }) => new Date(at)),
          Values: ordered.map(({ value }) => value),
          StatusCode: "Complete",
        };
      }),
  };
}

function periodOf(
  { StartTime, EndTime }: { StartTime?: Date | undefined; EndTime?: Date | undefined },
  seconds: number,
) {
  if (StartTime === undefined || EndTime === undefined || StartTime >= EndTime) {
    const message = "The parameter StartTime must be less than the parameter EndTime.";
    throw new AwsError("InvalidParameterValue", message);
  }
  return { from: StartTime.getTime(), to: EndTime.getTime(), periodMs: seconds * 1_000 };
}
