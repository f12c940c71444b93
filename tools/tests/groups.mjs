import { readdirSync } from "node:fs";
import { join } from "node:path";

const SPEC = ".spec.ts";
/** Its specs take minutes each. */
const LONG = "test/integration";

/**
 * All specs of the checkout in groups that know nothing of each other: the long ones each alone, then the others by
 * folder, those with the most specs first, so that no long group is left for the end.
 * @param {string} root
 */
export function specGroups(root) {
  const folders = readdirSync(join(root, "test"))
    .map((name) => ({ name: `test/${name}`, specs: specsBelow(root, join("test", name)) }))
    .filter(({ specs }) => specs.length > 0)
    .sort((a, b) => b.specs.length - a.specs.length);
  const long = folders.find(({ name }) => name === LONG)?.specs ?? [];
  return [
    ...long.map((spec) => ({ name: spec, specs: [spec] })),
    ...folders.filter(({ name }) => name !== LONG),
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
