import { onPath, run } from "../support/process.mjs";

const DEADLINE_MS = 10 * 60_000;

/**
 * @typedef {object} PackageManager
 * @property {string} name
 * @property {string} command What a person types to get Redis.
 * @property {() => Promise<import("../support/process.mjs").Outcome>} install As root.
 * @property {string} [serverBinary] The server, where the package does not put it on the PATH.
 */

/**
 * How this system gets Redis; undefined where we do not know.
 * @returns {PackageManager | undefined}
 */
export function packageManager() {
  if (onPath("apt-get")) return APT;
  if (onPath("dnf")) return simple("dnf", "dnf install -y redis");
  if (onPath("apk")) return simple("apk", "apk add redis");
  return undefined;
}

/**
 * Debian's `redis-server` package starts a service on the machine and enables it for every boot. The server's
 * binary itself lies in `redis-tools`, which starts nothing: it is a server when called `redis-server`.
 * @type {PackageManager}
 */
const APT = {
  name: "apt-get",
  command: `${asRoot()}apt-get install -y redis-server`,
  serverBinary: "/usr/bin/redis-check-rdb",
  async install() {
    const args = ["install", "-y", "--no-install-recommends", "redis-tools"];
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    const first = await run("apt-get", args, { env, deadlineMs: DEADLINE_MS });
    if (first.ok) return first;
    await run("apt-get", ["update"], { env, deadlineMs: DEADLINE_MS }); // A fresh machine has no lists yet.
    return run("apt-get", args, { env, deadlineMs: DEADLINE_MS });
  },
};

/**
 * @param {string} name
 * @param {string} line
 * @returns {PackageManager}
 */
function simple(name, line) {
  const [program = "", ...args] = line.split(" ");
  const install = () => run(program, args, { deadlineMs: DEADLINE_MS });
  return { name, command: asRoot() + line, install };
}

function asRoot() {
  return process.getuid?.() === 0 ? "" : "sudo ";
}
