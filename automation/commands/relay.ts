import { exitCodes, usageError, type ExitCode } from "../errors.ts";
import { findRunbook, realEnvironment, type App } from "./context.ts";

/** Stands between a move's clients and its servers until it is told to stop, or until the relay's own end. */
export async function relay(app: App, name: string): Promise<ExitCode> {
  const runbook = await findRunbook(app, name);
  if (!runbook.relay) throw noRelay(name);
  const ending = new AbortController();
  const end = () => ending.abort();
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  try {
    await runbook.relay({
      env: realEnvironment().env,
      signal: ending.signal,
      log: (line) => app.io.say(line),
    });
  } finally {
    process.off("SIGINT", end);
    process.off("SIGTERM", end);
  }
  return exitCodes.done;
}

function noRelay(name: string) {
  return usageError(
    "no-relay",
    `Runbook ${name} has no relay.`,
    "A relay is started by the unit of a stack whose runbook has one; `godwit list` names the runbooks.",
  );
}
