// npm run check:provider [-- target…]: judges the planned resources of the targets by Terraform's AWS provider, which
// Pulumi's is made of. Ends with 0 when it refuses nothing, 1 when it refuses something, 2 when it could not be asked.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { renderPlan } from "./checkProvider/render.mjs";
import { openProvider } from "./checkProvider/terraform.mjs";
import { SetupError } from "./support/error.mjs";
import { output } from "./checkProvider/output.mjs";
import { onPath } from "./support/process.mjs";

const TARGETS = ["redis", "cdn", "web", "hipaa"];
const godwit = fileURLToPath(new URL("../bin/godwit.mjs", import.meta.url));
const [, , ...asked] = process.argv;
const folder = mkdtempSync(join(tmpdir(), "godwit-provider-"));

try {
  process.exitCode = checkAll(asked.length > 0 ? asked : TARGETS) > 0 ? 1 : 0;
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Prints what the provider refuses, and returns how much that is.
 * @param {readonly string[]} targets
 */
function checkAll(targets) {
  if (onPath("terraform") === undefined) {
    throw new SetupError(
      "There is no terraform on the PATH, so nothing was checked. Install it where it reaches, or has, its provider hashicorp/aws.",
    );
  }
  const provider = openProvider(folder);
  console.log(`hashicorp/aws ${provider.version}`);
  return targets.map((target) => check(target, provider)).reduce((sum, each) => sum + each, 0);
}

/**
 * @param {string} target
 * @param {ReturnType<typeof openProvider>} provider
 */
function check(target, { schemas, validate }) {
  const preview = output(process.execPath, [godwit, "preview", target, "--json"]);
  const { files, passedOver } = renderPlan(JSON.parse(preview).resources, schemas);
  const refusals = validate(files);
  console.log(`${target}: ${files.size} resources, ${refusals.length} refusals`);
  for (const { resource, what } of refusals) console.log(`  ${resource}: ${what}`);
  for (const what of passedOver) console.log(`  not checked: ${what}`);
  return refusals.length;
}
