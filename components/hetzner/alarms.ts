import type { AlarmSpec } from "../alarms.ts";
import type { PromQl } from "../shared/watching/prometheus.ts";
import { serviceAlarms, serviceLimits } from "../shared/watching/service.ts";
import { uploadAlarms, uploadLimits } from "../shared/watching/uploads.ts";
import { machineFigures, serviceFigures, uploadFigures } from "./figures.ts";

const MINUTE_SECONDS = 60;
/** Of the database's volume: what must stay free of a small one. */
const FREE_SHARE = 0.2;

/** The alarms of a cluster: those of any service and of any application that uploads, and those of its machines. */
export function clusterAlarms(volumeGb: number): AlarmSpec<PromQl>[] {
  const freeStorageGB = Math.min(serviceLimits.freeStorageGB, FREE_SHARE * volumeGb);
  return [
    ...serviceAlarms(serviceFigures, { ...serviceLimits, freeStorageGB }),
    ...uploadAlarms(uploadFigures, uploadLimits),
    ...machineAlarms,
  ];
}

const machineAlarms: AlarmSpec<PromQl>[] = [
  {
    id: "machine-down",
    meaning:
      "A machine does not answer. Workers are replaced by `pulumi up --replace`; the database's volume outlives it.",
    observed: machineFigures.up,
    is: "below",
    threshold: 1,
    ...minutes(3),
    missing: "alarm",
  },
  {
    id: "disk-full",
    meaning:
      "A disk is nearly full. On the database: is the archive stuck, so that WAL stays? See pg_stat_archiver; or raise database.volumeGb.",
    observed: machineFigures.diskPercent,
    is: "above",
    threshold: 85,
    ...minutes(10),
  },
  {
    id: "memory-short",
    meaning:
      "A machine has little memory left: pods will be stopped. Raise its type, or add workers.",
    observed: machineFigures.memoryPercent,
    is: "below",
    threshold: 10,
    ...minutes(10),
    severity: "ticket",
  },
  {
    id: "database-down",
    meaning:
      "Postgres does not answer. See `journalctl -u godwit-database` on its machine: does it wait for its secrets, or is the volume full?",
    observed: machineFigures.databaseUp,
    is: "below",
    threshold: 1,
    ...minutes(2),
    missing: "alarm",
  },
  {
    id: "redis-down",
    meaning:
      "Redis does not answer. See `kubectl -n godwit logs redis-0`: a full volume, or a lost password?",
    observed: machineFigures.redisUp,
    is: "below",
    threshold: 1,
    ...minutes(2),
    missing: "alarm",
  },
];

function minutes(periods: number) {
  return { periodSeconds: MINUTE_SECONDS, periods };
}
