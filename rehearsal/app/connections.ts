import { Redis, type RedisOptions } from "ioredis";
import type { Log } from "./log.ts";
import type { AppSettings } from "./settings.ts";

/** The connection that requests share: a command that takes too long fails its request. */
export function connectForRequests(settings: AppSettings, log: Log): Redis {
  return connect({ ...settings.redis, commandTimeout: settings.COMMAND_TIMEOUT_MS }, "api", log);
}

/**
 * A connection of its own for one worker, which blocks on it. A silent connection is broken off, so
 * that the worker learns of the lost answer; a `blockingTimeout` would pass it off as "no job".
 */
export function connectForWorker(settings: AppSettings, name: string, log: Log): Redis {
  return connect({ ...settings.redis, socketTimeout: settings.COMMAND_TIMEOUT_MS }, name, log);
}

function connect(options: RedisOptions, name: string, log: Log): Redis {
  const redis = new Redis({ ...options, connectionName: name });
  // One line a change of state: a server that is away for a minute must not flood the log.
  let reported: string | undefined;
  redis.on("ready", () => {
    reported = undefined;
    log.info("connected to the data server", { connection: name });
  });
  redis.on("error", (error) => {
    if (error.message === reported) return;
    reported = error.message;
    log.error("Redis connection failed", { connection: name, error: error.message });
  });
  return redis;
}
