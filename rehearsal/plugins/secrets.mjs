/** How the engine's protocol marks a value as secret. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** @param {unknown} value */
const isSecret = (value) =>
  typeof value === "object" && value !== null && /** @type {any} */ (value)[SIGNATURE] === SECRET;

/**
 * A copy with the plain values of secrets in their places.
 * @param {any} value
 * @returns {any}
 */
export function withoutSecrets(value) {
  if (isSecret(value)) return withoutSecrets(value.value);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, withoutSecrets(each)]),
  );
}

/**
 * Names of the properties that are, or hold, a secret.
 * @param {Record<string, unknown>} properties
 */
export function secretNames(properties) {
  return Object.keys(properties).filter((name) => holdsSecret(properties[name]));
}

/** @param {unknown} value @returns {boolean} */
function holdsSecret(value) {
  if (isSecret(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsSecret);
}

/**
 * A copy in which the properties of these names are secrets.
 * @param {Record<string, unknown>} properties
 * @param {readonly string[]} names
 */
export function markSecrets(properties, names) {
  const mark = (/** @type {string} */ name, /** @type {unknown} */ value) =>
    names.includes(name) && value !== undefined && value !== null
      ? { [SIGNATURE]: SECRET, value }
      : value;
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, mark(name, value)]),
  );
}
