import type { Job } from "../../automation/step.ts";
import { compare, copy } from "./data.ts";
import { connections, inspect, quiet, writes } from "./servers.ts";
import { survey } from "./survey.ts";
import { sync } from "./sync.ts";

/** What the mover does for a move of a Redis, by the names that steps call it. */
export const redisJobs: Readonly<Record<string, Job>> = {
  inspect,
  survey,
  quiet,
  writes,
  connections,
  copy,
  compare,
  sync,
};
