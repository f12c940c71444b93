import { hostname } from "node:os";
import { Engine } from "../engine/engine.ts";
import { exitCodes, type ExitCode } from "../errors.ts";
import { hostOf, withDatabase, type App } from "./context.ts";

export interface WorkerOptions {
  readonly name?: string;
  readonly mover?: boolean;
}

/** Executes the runs of a shared database until it is told to stop. Going on where a predecessor of its name was killed. */
export async function work(app: App, { name, mover }: WorkerOptions): Promise<ExitCode> {
  if (mover) return await (await import("./mover.ts")).serveAsMover(app);
  return await withDatabase(async (db) => {
    const worker = `worker:${name ?? hostname()}`;
    const engine = await Engine.launch(db, hostOf(app), { worker });
    app.io.say(
      `Worker ${worker} is ready. Stop it with Ctrl-C; its runs stay and go on with the next start.`,
    );
    await new Promise<void>((resolve) => {
      process.once("SIGINT", resolve);
      process.once("SIGTERM", resolve);
    });
    engine.interrupt();
    await engine.close();
    return exitCodes.done;
  });
}
