import type { Panel } from "../shared/dashboard.ts";
import type { PromQl } from "../shared/watching/prometheus.ts";
import { uploadPanels } from "../shared/watching/uploads.ts";
import {
  CONNECTIONS,
  machineFigures,
  requestDuration,
  requestsASecond,
  serviceFigures,
  uploadFigures,
} from "./figures.ts";

/** What there is to see of a cluster: how users are served, what data and machines do. */
export const clusterPanels: readonly Panel<PromQl>[] = [
  panel("Requests", "requests a second", { "{{app}}": requestsASecond }),
  panel("Requests that fail", "%", { "{{app}}": serviceFigures.failedPercent }),
  panel("Response time", "s", {
    "{{app}} P50": requestDuration(0.5),
    "{{app}} P95": serviceFigures.slowestSeconds,
    "{{app}} P99": requestDuration(0.99),
  }),
  panel("Connections of users", "connections", { "{{app}}": `sum by (app) (${CONNECTIONS})` }),
  panel("Waiting jobs", "jobs", { "{{app}} {{queue}}": serviceFigures.waitingJobs }),
  ...uploadPanels(uploadFigures),
  panel("Connections to the database", "%", { used: serviceFigures.connectionsPercent }),
  panel("Storage of the database", "bytes", { free: serviceFigures.freeStorageBytes }),
  panel("Reads of Redis that find their key", "%", { hits: serviceFigures.cacheHitPercent }),
  panel("Memory of Redis", "bytes", { "{{pod}}": machineFigures.redisBytes }),
  panel("CPU", "%", { "{{instance}}": serviceFigures.cpuPercent }),
  panel("Memory available", "%", { "{{instance}}": machineFigures.memoryPercent }),
  panel("Disks", "%", { "{{instance}} {{mountpoint}}": machineFigures.diskPercent }),
];

function panel(title: string, unit: string, series: Panel<PromQl>["series"]): Panel<PromQl> {
  return { title, unit, series };
}
