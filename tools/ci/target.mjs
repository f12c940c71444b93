import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * What the settings of a stack say that it is of.
 * @param {string} stack
 * @returns {string}
 */
export function targetOf(stack) {
  const file = join(process.env["GODWIT_PROJECT"] ?? ROOT, `Pulumi.${stack}.yaml`);
  const target = parse(readFileSync(file, "utf8"))?.config?.["godwit:target"];
  if (typeof target === "string") return target;
  throw new Error(`${file} has no godwit:target.`);
}
