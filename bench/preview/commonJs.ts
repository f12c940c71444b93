import { cp, mkdtemp, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../automation/home.ts";

const PROGRAM = ["index.ts", "components"];

/** The copy's entry point. */
export const ENTRY = "main.ts";

/**
 * A copy of the program that Pulumi's default way can run: the ts-node that comes with the SDK knows CommonJS only, and
 * imports without a file's ending. Nothing else of the program differs. Returns its folder, which the caller removes.
 */
export async function copyAsCommonJs(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "godwit-bench-"));
  for (const part of PROGRAM) {
    await cp(join(projectRoot, part), join(folder, part), { recursive: true });
  }
  for (const path of await readdir(folder, { recursive: true })) {
    if (path.endsWith(".ts")) await dropEndings(join(folder, path));
  }
  // Of a CommonJS program the runner takes what it exports as a whole, not its default.
  await writeFile(join(folder, ENTRY), 'import program from "./index";\nexport = program;\n');
  await symlink(join(projectRoot, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "program" }));
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: COMPILER }));
  return folder;
}

/** Without them, `import("./x.ts")` and `from "./x.ts"` alike. */
async function dropEndings(path: string): Promise<void> {
  const source = await readFile(path, "utf8");
  await writeFile(path, source.replaceAll(/((?:from |import\()"\.[^"]*)\.ts"/g, '$1"'));
}

const COMPILER = {
  target: "es2022",
  lib: ["es2023"],
  types: ["node"],
  module: "commonjs",
  moduleResolution: "node10",
  esModuleInterop: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
};
