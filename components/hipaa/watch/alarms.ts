import type { AlarmSpec } from "../../alarms.ts";
import type { Metrics } from "./metrics.ts";
import { ERRORS_MIN_REQUESTS } from "./thresholds.ts";
import type { HipaaThresholds } from "./thresholds.ts";

const FIVE_MINUTES = 300;
const GB = 1_000_000_000;

/** The alarms beside those of the cache. */
export function hipaaAlarms(
  metrics: Metrics,
  limits: HipaaThresholds,
  maxConnections: number,
): AlarmSpec[] {
  const once = { periodSeconds: FIVE_MINUTES, periods: 1 } as const;
  return [
    {
      id: "cpu",
      meaning:
        "The instances are busy, although one more is started at 70 %. Are six enough, or does one request do too much?",
      observed: { metric: metrics.instances("CPUUtilization", "Average") },
      is: "above",
      threshold: limits.cpuPercent,
      ...once,
    },
    {
      id: "database-connections",
      meaning:
        "The database is running out of connections. Does a pool not give them back, or are there more instances than pools were made for?",
      observed: { metric: metrics.database("DatabaseConnections", "Maximum") },
      is: "above",
      threshold: (limits.connectionsPercent / 100) * maxConnections,
      ...once,
    },
    {
      id: "database-storage",
      meaning:
        "The database's storage is nearly used up, and has not grown by itself. At its limit the database stops: raise it. Does a replication slot keep the log?",
      observed: { metric: metrics.database("FreeStorageSpace", "Minimum") },
      is: "below",
      threshold: limits.freeStorageGB * GB,
      ...once,
    },
    errorAlarm(metrics, limits),
    {
      id: "queue",
      meaning:
        "Jobs wait. Are workers running, and does the log say that jobs fail and are tried again?",
      observed: { metric: metrics.queue("WaitingJobs", "Maximum") },
      is: "above",
      threshold: limits.waitingJobs,
      ...once,
    },
  ];
}

function errorAlarm({ balancer }: Metrics, limits: HipaaThresholds): AlarmSpec {
  return {
    id: "errors",
    meaning:
      "Users get errors. Those of instances are in the application's log; those of the balancer mean that no instance answered.",
    observed: {
      formula: `IF(requests >= ${ERRORS_MIN_REQUESTS}, 100 * (FILL(own, 0) + FILL(theirs, 0)) / requests, 0)`,
      of: {
        requests: balancer("RequestCount", "Sum"),
        own: balancer("HTTPCode_ELB_5XX_Count", "Sum"),
        theirs: balancer("HTTPCode_Target_5XX_Count", "Sum"),
      },
    },
    is: "above",
    threshold: limits.errorPercent,
    periodSeconds: FIVE_MINUTES,
    periods: 1,
  };
}
