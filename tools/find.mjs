import { findDependencies } from "./setup/dependencies.mjs";
import { findNode } from "./setup/node.mjs";
import { findPostgres } from "./setup/postgres.mjs";
import { findPulumi } from "./setup/pulumi.mjs";
import { findRedis } from "./setup/redis.mjs";

/**
 * A tool that is here and usable.
 * @typedef {object} FoundTool
 * @property {string} path
 * @property {string} version
 * @property {string} from Where it came from: "the PATH", "our Go build".
 */

/**
 * A tool that godwit needs: found, or missing with the command that gets it.
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} neededFor
 * @property {FoundTool} [found]
 * @property {{ why: string, command: string }} [missing]
 */

/**
 * @typedef {object} Tools
 * @property {Tool} node
 * @property {Tool} dependencies
 * @property {Tool} pulumi
 * @property {Tool} redis
 * @property {Tool} postgres
 */

/**
 * Looks for every tool, installs nothing.
 * @param {string} root
 * @returns {Promise<Tools>}
 */
export async function findTools(root) {
  const [pulumi, redis] = await Promise.all([findPulumi(root), findRedis(root)]);
  return {
    node: findNode(),
    dependencies: findDependencies(root),
    pulumi,
    redis,
    postgres: findPostgres(root),
  };
}
