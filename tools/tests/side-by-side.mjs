import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * @typedef {object} Job
 * @property {string} name What is shown of it.
 * @property {readonly string[]} args Arguments for Node.
 *
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 *
 * @typedef {object} Options
 * @property {string} cwd
 * @property {(text: string) => void} say
 */

const SUMMARY = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

/**
 * Runs the test processes of each lane one after the other, the lanes side by side, and prints the whole of what each
 * process has to say when it ends, and at the very end once more what failed. A process counts by the last line of its
 * report, as `test/support/reporter.ts` writes it; one that ends without it, or that ends badly with no failure in it,
 * is itself a failure.
 * @param {readonly (readonly Job[])[]} lanes
 * @param {Options} options
 * @returns {Promise<Counts>}
 */
export async function runSideBySide(lanes, options) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  let stopped = false;
  const failures = /** @type {string[]} */ ([]);
  const run = async (/** @type {readonly Job[]} */ lane) => {
    for (const job of lane) {
      if (stopped) return;
      const { passed, failed, skipped, failing } = await runJob(job, options);
      total.passed += passed;
      total.failed += failed;
      total.skipped += skipped;
      if (failed > 0) failures.push(`FAILED  ${job.name}: ${failed}\n${failing}`);
    }
  };
  const release = onInterrupt(() => (stopped = true));
  await Promise.all(lanes.map(run));
  release();
  if (failures.length > 0) options.say(`\n${failures.join("\n")}\n`);
  return total;
}

/**
 * The last line of all: what whoever reads nothing else reads.
 * @param {Counts} counts
 */
export function summaryOf({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/**
 * @param {Job} job
 * @param {Options} options
 */
async function runJob({ name, args }, { cwd, say }) {
  say(`${name} …`);
  const start = Date.now();
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const release = onInterrupt((signal) => signal === "SIGTERM" && child.kill(signal));
  let [report, output] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => ((report += text), (output += text)));
  child.stderr.setEncoding("utf8").on("data", (text) => (output += text));
  const [code, signal] = await once(child, "close");
  release();
  const { whole, ...counts } = countsIn(report, code === 0);
  const seconds = ((Date.now() - start) / 1000).toFixed(0);
  const end = whole ? "" : `\nIt ended with ${signal ?? code} and without a whole report.`;
  say(`\n── ${name}, ${seconds} s\n${output.trimEnd()}${end}\n`);
  return { ...counts, failing: failingIn(report) };
}

/**
 * What mocha lists at the end of its report, before the summary.
 * @param {string} report
 */
function failingIn(report) {
  const lines = report.trimEnd().split("\n").slice(0, -1);
  const start = lines.findIndex((line) => /^\W*\d+ failing\b/.test(line));
  return start < 0 ? "" : lines.slice(start).join("\n").trimEnd();
}

/**
 * @param {string} report
 * @param {boolean} succeeded
 */
function countsIn(report, succeeded) {
  const summary = SUMMARY.exec(report.trimEnd().split("\n").at(-1) ?? "");
  const [passed = 0, failed = 0, skipped = 0] =
    summary?.slice(1).map((count) => Number(count ?? 0)) ?? [];
  const whole = summary !== null && succeeded === (failed === 0);
  return { passed, failed: whole ? failed : failed + 1, skipped, whole };
}

/**
 * The terminal sends Ctrl-C to the test processes, too: they end their way, and we wait for them.
 * @param {(signal: NodeJS.Signals) => void} listener
 */
function onInterrupt(listener) {
  process.on("SIGINT", listener).on("SIGTERM", listener);
  return () => {
    process.off("SIGINT", listener).off("SIGTERM", listener);
  };
}
