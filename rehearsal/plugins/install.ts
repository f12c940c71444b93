import { createRequire } from "node:module";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BACKGROUND_NICENESS } from "../../automation/twin.ts";

const PACKAGES = ["aws", "cloudflare", "hcloud", "random"];
const require = createRequire(import.meta.url);

/** The program of all of them; its last argument is the folder of the twin that has installed it. */
export const PLUGIN = fileURLToPath(new URL("provider.mjs", import.meta.url));

/**
 * Puts the stand-in plugins where the Pulumi engine looks for them, under the versions of the installed SDKs,
 * so that it asks for no others. `dir` is the folder of their twin.
 */
export function installPlugins(pulumiHome: string, dir: string): void {
  for (const name of PACKAGES) {
    const { version } = require(`@pulumi/${name}/package.json`) as { version: string };
    const folder = join(pulumiHome, "plugins", `resource-${name}-v${version}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const program = [process.execPath, PLUGIN, name, version].map(shellQuoted).join(" ");
    const command = `nice -n ${BACKGROUND_NICENESS} ${program}`;
    const executable = join(folder, `pulumi-resource-${name}`);
    writeFileSync(executable, `#!/bin/sh\nexec ${command} "$@" ${shellQuoted(dir)}\n`);
    chmodSync(executable, 0o755);
  }
}

const shellQuoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
