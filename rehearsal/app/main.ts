import { startApplication } from "./application.ts";
import { createLog } from "./log.ts";
import { readSettings } from "./settings.ts";

const log = createLog();
try {
  const application = await startApplication(readSettings(process.env), log);
  process.once("SIGTERM", () => {
    log.info("stopping");
    application.stop().then(
      () => {
        log.info("stopped");
        process.exit(0);
      },
      (error: Error) => {
        log.error("stopped with an error", { error: error.message });
        process.exit(1);
      },
    );
  });
} catch (error) {
  log.error("cannot start", { error: (error as Error).message });
  process.exit(1);
}
