import type { Job } from "../../automation/step.ts";
import { compare, copy } from "./data.ts";
import { beginRecord, relays } from "./relays.ts";
import { connections, inspect, quiet, writes } from "./servers.ts";
import { strangers } from "./strangers.ts";
import { survey } from "./survey.ts";
import { sync } from "./sync.ts";

/** What the mover does for a move of a Redis, by the names that steps call it. */
export const redisJobs: Readonly<Record<string, Job>> = {
  inspect,
  survey,
  quiet,
  writes,
  connections,
  relays,
  beginRecord,
  strangers,
  copy,
  compare,
  sync,
};
