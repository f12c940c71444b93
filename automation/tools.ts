import { fileURLToPath } from "node:url";
import * as tools from "../tools/find.mjs";
import { embeddedPostgresBinaries as binariesOf } from "../tools/setup/postgres.mjs";

export type { FoundTool, Tool, Tools } from "../tools/find.mjs";

const CHECKOUT = fileURLToPath(new URL("..", import.meta.url));

/**
 * The tools godwit runs on: path and version of each, or why it is missing and the command that gets it.
 * Installs nothing; takes milliseconds after set-up, up to a second without.
 * The Automation API runs the Pulumi CLI from the PATH: put the folder of its path first there.
 */
export function findTools(root: string = CHECKOUT): Promise<tools.Tools> {
  return tools.findTools(root);
}

/**
 * Folder with the embedded Postgres's `initdb`, `pg_ctl` and `postgres`. When we are root it is one that the
 * unprivileged user Postgres runs as can reach. Throws, naming the remedy, when npm has not installed them.
 */
export function embeddedPostgresBinaries(): string {
  return binariesOf(CHECKOUT);
}
