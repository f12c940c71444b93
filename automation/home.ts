import { createHash } from "node:crypto";
import { constants, mkdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Root of the checkout: where `Pulumi.yaml` and `index.ts` are. */
export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/**
 * Folder for state: `GODWIT_HOME`, else `.godwit` in the checkout, else, for root with a checkout that the
 * database's unprivileged user could not reach, a folder of the system's state directory.
 */
export function godwitHome(): string {
  const home = process.env["GODWIT_HOME"] ?? defaultHome();
  mkdirSync(home, { recursive: true, mode: 0o755 });
  return resolve(home);
}

function defaultHome(): string {
  const inCheckout = join(projectRoot, ".godwit");
  if (process.getuid?.() !== 0 || reachableByAnyone(projectRoot)) return inCheckout;
  const id = createHash("sha256").update(projectRoot).digest("hex").slice(0, 12);
  return join("/var/lib/godwit", id);
}

function reachableByAnyone(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if ((statSync(at).mode & constants.S_IXOTH) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
