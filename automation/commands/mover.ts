import { ENGINE_SECRET } from "../engine/announce.ts";
import { EngineSecret } from "../engine/engineSecret.ts";
import { MoverProcess } from "../engine/mover.ts";
import { exitCodes, usageError, type ExitCode } from "../errors.ts";
import { loadRunbook, realEnvironment, type App } from "./context.ts";

/**
 * Executes the jobs of the run that the secret names, until it is told to stop. It goes on through every loss of
 * the engine or of the secret.
 */
export async function serveAsMover(app: App): Promise<ExitCode> {
  const { env } = realEnvironment();
  const arn = env[ENGINE_SECRET];
  if (!arn) throw noSecret();
  const secret = new EngineSecret(arn, env);
  const mover = new MoverProcess({
    env,
    engine: () => secret.read(),
    runbook: (name) => loadRunbook(app, name),
    log: (line) => app.io.say(line),
  });
  const ending = new AbortController();
  const end = () => ending.abort();
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  await mover.serve(ending.signal);
  return exitCodes.done;
}

function noSecret() {
  return usageError(
    "no-engine-secret",
    `A mover looks for its engine in the secret whose ARN is in ${ENGINE_SECRET}, which is not set.`,
    "Start it as the stack's unit does: `systemctl start godwit-mover` on the mover.",
  );
}
