/** @typedef {import("./looks.mjs").Resource} Resource */

/** What can happen to a resource, the worst first, and the engine's steps in which it shows. */
const KINDS = /** @type {const} */ ({
  replaced: ["replace", "create-replacement", "delete-replaced", "import-replacement"],
  deleted: ["delete"],
  changed: ["update"],
  created: ["create"],
  adopted: ["import"],
});

/** @typedef {keyof typeof KINDS} Kind */
/** @typedef {{ kind: Kind, type: string, name: string, properties: string[] }} Change */

export const kinds = /** @type {Kind[]} */ (Object.keys(KINDS));

/**
 * What happens to each resource in the cloud, the worst first. One that is replaced has several steps.
 * @param {readonly Resource[]} resources
 * @returns {Change[]}
 */
export function changesIn(resources) {
  /** @type {Map<string, Change>} */
  const changes = new Map();
  for (const { urn, type, name, op, changed } of resources.filter(isInTheCloud)) {
    const kind = kinds.find((each) => KINDS[each].some((step) => step === op));
    if (!kind) continue;
    const before = changes.get(urn);
    const properties = [...new Set([...(before?.properties ?? []), ...changed])];
    changes.set(urn, { kind: worst(kind, before?.kind), type, name, properties });
  }
  return [...changes.values()].sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
}

/**
 * "1 replaced, 3 created".
 * @param {readonly Change[]} changes
 */
export function counted(changes) {
  const parts = kinds
    .map((kind) => ({ kind, count: changes.filter((change) => change.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`);
  return parts.join(", ") || "no changes";
}

/** Components, providers and the stack itself exist only in the state. @param {Resource} resource */
function isInTheCloud({ type }) {
  return !type.startsWith("pulumi:") && !type.startsWith("godwit:");
}

/** @param {Kind} kind @param {Kind} [before] */
function worst(kind, before = kind) {
  return kinds.indexOf(before) < kinds.indexOf(kind) ? before : kind;
}
