import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const bundles = new Map<string, Promise<string>>();

/** What the packages that are no ES modules expect to find. */
const REQUIRE = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

/**
 * One JavaScript file with the TypeScript program `script` and all that it imports, in the twin's
 * folder `dir`: a process starts from it in a quarter of the CPU time that it takes to translate
 * the program anew, and a rehearsal starts many.
 */
export function bundleOf(dir: string, script: URL): Promise<string> {
  const source = fileURLToPath(script);
  const file = join(dir, "programs", `${basename(dirname(source))}-${basename(source, ".ts")}.mjs`);
  const bundle = bundles.get(file) ?? bundleInto(file, source);
  bundles.set(file, bundle);
  return bundle;
}

async function bundleInto(file: string, source: string): Promise<string> {
  await build({
    entryPoints: [source],
    outfile: file,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    banner: { js: REQUIRE },
    logLevel: "error",
  });
  return file;
}
