import type { AlarmSpec, Observed } from "../../alarms.ts";
import {
  ERRORS_MIN_REQUESTS,
  serviceAlarms,
  serviceLimits,
} from "../../shared/watching/service.ts";
import type { ServiceFigures } from "../../shared/watching/service.ts";
import type { Metrics } from "./metrics.ts";
import type { HipaaThresholds } from "./thresholds.ts";

/** The alarms beside those of the cache: those of any service. */
export function hipaaAlarms(
  metrics: Metrics,
  limits: HipaaThresholds,
  maxConnections: number,
): AlarmSpec[] {
  return serviceAlarms(serviceFigures(metrics, maxConnections), {
    ...serviceLimits,
    ...limits,
    failedPercent: limits.errorPercent,
  });
}

/** How CloudWatch is asked; an instance whose requests are slow is seen on a dashboard, and wakes nobody. */
function serviceFigures(
  { instances, database, balancer, queue }: Metrics,
  maxConnections: number,
): Partial<ServiceFigures<Observed>> {
  return {
    cpuPercent: { metric: instances("CPUUtilization", "Average") },
    failedPercent: {
      formula: `IF(requests >= ${ERRORS_MIN_REQUESTS}, 100 * (FILL(own, 0) + FILL(theirs, 0)) / requests, 0)`,
      of: {
        requests: balancer("RequestCount", "Sum"),
        own: balancer("HTTPCode_ELB_5XX_Count", "Sum"),
        theirs: balancer("HTTPCode_Target_5XX_Count", "Sum"),
      },
    },
    waitingJobs: { metric: queue("WaitingJobs", "Maximum") },
    connectionsPercent: {
      formula: `100 * open / ${maxConnections}`,
      of: { open: database("DatabaseConnections", "Maximum") },
    },
    freeStorageBytes: { metric: database("FreeStorageSpace", "Minimum") },
  };
}
