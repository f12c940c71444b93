import { join } from "node:path";

/** Where things lie in a twin's folder. */
export function twinFiles(dir: string) {
  return {
    /** What the twin was started with. */
    settings: join(dir, "settings.json"),
    /** The control endpoint and its token; 0600, there while the twin runs. */
    control: join(dir, "control.json"),
    /** The run's environment, 0600. */
    environment: join(dir, "environment.json"),
    events: join(dir, "events.jsonl"),
    /** Output of the process that holds the twin. */
    log: join(dir, "twin.log"),
    project: join(dir, "project"),
    pulumiHome: join(dir, "pulumi"),
    pulumiState: join(dir, "state"),
    passphrase: join(dir, "passphrase"),
  };
}

/** Folder of all twins under a home. */
export const twinsFolder = (home: string) => join(home, "twins");
