import { readFile } from "node:fs/promises";
import { failure } from "./errors.ts";

/** Where a run happens: which cloud answers, which Pulumi backend, which folder holds the stack's settings. */
export interface RunEnvironment {
  /**
   * Variables for the Pulumi CLI, the AWS SDK and the data connections: `AWS_*`, `PULUMI_*`,
   * `SSL_CERT_FILE` (CA bundle for data servers) and `GODWIT_RESOLVER` (`ip:port` of the name server to ask
   * instead of the system's). Never written to the engine's database.
   */
  readonly env: Readonly<Record<string, string>>;
  /** Folder with `Pulumi.yaml` and `Pulumi.<stack>.yaml`; a run writes the stage it has reached there. */
  readonly workDir: string;
  /** How many times faster than the wall clock soaks and waits run: 1 for real, more in a rehearsal. */
  readonly clockFactor: number;
}

/** Reads the environment that a twin wrote for its runs. Rejects with a sentence when the twin is gone. */
export async function readEnvironment(path: string): Promise<RunEnvironment> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as RunEnvironment;
  } catch (cause) {
    throw failure(
      "twin-gone",
      `The rehearsal's twin is gone: ${path} cannot be read.`,
      "Its servers have stopped; nothing outside this machine was touched.",
      "Start a new rehearsal with `godwit rehearse`.",
      cause,
    );
  }
}
