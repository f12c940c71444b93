import { stopEmbeddedPostgres } from "../engine/embeddedPostgres.ts";
import { exitCodes, type ExitCode } from "../errors.ts";
import { godwitHome } from "../home.ts";
import type { App } from "./context.ts";

/** Stops every twin and the engine's embedded database of this home. The runs' records stay. */
export async function down(app: App): Promise<ExitCode> {
  const home = godwitHome();
  const stopped = await (await app.rehearsal()).downAll(home);
  await stopEmbeddedPostgres(home);
  app.io.result(
    { stopped },
    stopped === 0 ? "Nothing was running." : `Stopped ${stopped} twin(s).`,
  );
  return exitCodes.done;
}
