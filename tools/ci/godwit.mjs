import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * @template Document
 * @typedef {import("./looks.mjs").Answer<Document>} Answer
 */

const BIN = fileURLToPath(new URL("../../bin/godwit.mjs", import.meta.url));

/**
 * Asks the command line for a document; what it says on the way goes to our own standard error.
 * @template Document
 * @param {readonly string[]} args
 * @returns {Promise<Answer<Document>>}
 */
export async function ask(args) {
  const child = spawn(process.execPath, [BIN, ...args, "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
    process.stderr.write(text);
  });
  /** @type {number} */
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exit) => resolve(exit ?? 1));
  });
  const error = errorIn(stderr);
  return {
    code,
    ...(stdout.trim() && { document: JSON.parse(stdout) }),
    ...(error !== undefined && { error }),
  };
}

/**
 * The event that tells why a command failed.
 * @param {string} stderr
 */
function errorIn(stderr) {
  const told = stderr.split("\n").findLast((line) => line.startsWith('{"event":"error"'));
  if (told === undefined) return undefined;
  const { step, what, state, next } = JSON.parse(told);
  return [step && `Step ${step}:`, what, state, next].filter(Boolean).join(" ");
}
