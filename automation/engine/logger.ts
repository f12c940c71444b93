import type { DBOSConfig } from "@dbos-inc/dbos-sdk";

type Logger = NonNullable<DBOSConfig["logger"]>;

const loud = process.env["GODWIT_DEBUG"] !== undefined;
const write = (entry: unknown) => {
  if (loud) process.stderr.write(`engine: ${String(entry)}\n`);
};

/** The durable engine's own log, shown only with `GODWIT_DEBUG`: what matters to a user is in the run's events. */
export const quietLogger: Logger = { info: write, debug: write, warn: write, error: write };
