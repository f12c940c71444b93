/**
 * Whether a version such as `v3.255.0` or `7.0.15-beta` is the minimum or newer, by its numbers.
 * @param {string} version
 * @param {string} minimum
 */
export function atLeast(version, minimum) {
  const have = numbers(version);
  const need = numbers(minimum);
  const i = need.findIndex((part, index) => part !== (have[index] ?? 0));
  return i === -1 || /** @type {number} */ (have[i] ?? 0) > /** @type {number} */ (need[i]);
}

/** @param {string} version */
function numbers(version) {
  return version.replace(/^v/, "").split(/[-+]/, 1).join("").split(".").map(Number);
}
