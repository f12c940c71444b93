import { readdirSync } from "node:fs";
import { join } from "node:path";

const SPEC = ".spec.ts";
/** Its specs take minutes each. */
const LONG = "test/integration";

/**
 * All specs of the checkout in groups that know nothing of each other, in two lanes: one has the long ones, each alone,
 * the other the rest by folder. Two rehearsals at once would slow each other more than they save: each copies no
 * faster than its busy servers allow.
 * @param {string} root
 */
export function specLanes(root) {
  const folders = readdirSync(join(root, "test"))
    .map((name) => ({ name: `test/${name}`, specs: specsBelow(root, join("test", name)) }))
    .filter(({ specs }) => specs.length > 0);
  const long = folders.find(({ name }) => name === LONG)?.specs ?? [];
  return [
    long.map((spec) => ({ name: spec, specs: [spec] })),
    folders.filter(({ name }) => name !== LONG),
  ];
}

/**
 * @param {string} root
 * @param {string} folder
 */
function specsBelow(root, folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .map((path) => join(folder, String(path)))
    .filter((path) => path.endsWith(SPEC))
    .sort();
}
