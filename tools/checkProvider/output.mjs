import { spawnSync } from "node:child_process";
import { SetupError } from "../support/error.mjs";

/** The provider's schema alone is 14 MB. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * What a program prints; its complaints are shown as they come.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, mayFail?: boolean }} [options]
 * @returns {string}
 */
export function output(program, args, { cwd, mayFail = false } = {}) {
  const child = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: MAX_BYTES,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.status === 0 || mayFail) return child.stdout;
  const call = [program, ...args].join(" ");
  throw new SetupError(
    `\`${call}\` failed, so nothing was checked. ${child.stdout?.trimEnd() ?? ""}`,
  );
}
