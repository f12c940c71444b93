import type { Clock } from "../clock.ts";
import { failure, GodwitError, refusal } from "../errors.ts";
import type { Facts, Mover, Progress } from "../step.ts";
import type { Database } from "./database.ts";
import {
  callsInFlight,
  getJob,
  isInFlight,
  jobInFlight,
  JOBS_CHANNEL,
  queueJob,
  requestStop,
  startedJob,
  withdrawJob,
  type JobKey,
  type JobRow,
} from "./jobRows.ts";
import { untilFound } from "./notified.ts";
import { ended, stored, type StoredError } from "./jobErrors.ts";
