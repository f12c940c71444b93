import type * as pulumi from "@pulumi/pulumi";
import type { AlarmSpec } from "../alarms.ts";
import { diskMetric, edgeMetric, healthMetric, machineMetric, memoryMetric } from "./metrics.ts";
import { ERRORS_MIN_REQUESTS } from "./thresholds.ts";
import type { WebThresholds } from "./thresholds.ts";

const MINUTE_SECONDS = 60;

/** What EC2 itself does when an alarm goes off. */
const automate = (region: string, what: "recover" | "reboot") =>
  `arn:aws:automate:${region}:ec2:${what}`;

export interface MachineWatched {
  readonly app: string;
  readonly region: string;
  readonly instanceId: pulumi.Input<string>;
}

/** The alarms of the machine; what it cannot do itself, EC2 does: it moves it to other hardware, or restarts it. */
export function machineAlarms(
  { app, region, instanceId }: MachineWatched,
  limits: WebThresholds,
): AlarmSpec[] {
  const often = { is: "above", threshold: 0, periodSeconds: MINUTE_SECONDS } as const;
  const quarter = { is: "above", periodSeconds: 5 * MINUTE_SECONDS, periods: 3 } as const;
  return [
    {
      id: "hardware",
      meaning:
        "The hardware under the machine fails. EC2 moves it to other hardware by itself, with its volumes and address; is the API well afterwards?",
      observed: { metric: machineMetric(instanceId, "StatusCheckFailed_System") },
      ...often,
      periods: 2,
      actions: [automate(region, "recover")],
    },
    {
      id: "system",
      meaning:
        "The machine's system does not answer. EC2 restarts it by itself. If it stays so, look at its console: memory, or a full disk?",
      observed: { metric: machineMetric(instanceId, "StatusCheckFailed_Instance") },
      ...often,
      // More than of the hardware: both fail with it, and only one may act.
      periods: 3,
      actions: [automate(region, "reboot")],
    },
    {
      id: "disk",
      meaning:
        "The data volume fills up. Remove old releases, or make godwit:web.dataGiB larger and grow the file system.",
      observed: { metric: diskMetric(app) },
      threshold: limits.diskPercent,
      ...quarter,
    },
    {
      id: "memory",
      meaning:
        "The machine is short of memory. PM2 restarts the application when it leaks; else take a larger godwit:web.instanceType.",
      observed: { metric: memoryMetric(app) },
      threshold: limits.memoryPercent,
      ...quarter,
    },
  ];
}

export interface EdgeWatched {
  readonly distributionId: pulumi.Input<string>;
  readonly healthCheckId: pulumi.Input<string>;
}

/** The alarms of what users meet; in us-east-1, where the figures are. */
export function edgeAlarms(
  { distributionId, healthCheckId }: EdgeWatched,
  limits: WebThresholds,
): AlarmSpec[] {
  return [
    {
      id: "health",
      meaning:
        "The application does not say that it is well, asked through the CDN. Does the machine run, does `systemctl status web` on it, is its certificate valid?",
      observed: { metric: healthMetric(healthCheckId) },
      is: "below",
      threshold: 1,
      periodSeconds: MINUTE_SECONDS,
      periods: 3,
    },
    {
      id: "errors",
      meaning:
        "Users get errors of the server. Look at the application's log; after a release, `web-release --back` brings the one before.",
      observed: {
        formula: `IF(requests >= ${ERRORS_MIN_REQUESTS}, errors, 0)`,
        of: {
          requests: edgeMetric(distributionId, "Requests", "Sum"),
          errors: edgeMetric(distributionId, "5xxErrorRate", "Average"),
        },
      },
      is: "above",
      threshold: limits.errorPercent,
      periodSeconds: 5 * MINUTE_SECONDS,
      periods: 2,
    },
  ];
}
