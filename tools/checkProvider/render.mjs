import { terraformArgument, terraformType } from "./names.mjs";

/**
 * @typedef {string | [string, any]} Type
 * @typedef {{ nesting_mode: string, block: Block }} NestedBlock
 * @typedef {{ attributes: Record<string, Attribute>, nesting_mode: string }} NestedType
 * @typedef {{ type?: Type, nested_type?: NestedType, optional?: boolean, required?: boolean }} Attribute
 * @typedef {{ attributes?: Record<string, Attribute>, block_types?: Record<string, NestedBlock> }} Block
 * @typedef {{ op: string, type: string, name: string, inputs: Record<string, unknown> }} Planned
 */

/** A reference whose value no validation knows, of any type. */
const UNKNOWN = "${terraform_data.unknown.output}";
const NOT_THERE = "which this version of the provider does not have";
/** How a preview writes what it does not show. */
const HIDDEN = ["[known after the update]", "[secret]"];

/**
 * The plan's resources of AWS as Terraform's JSON, a file each by the resource's name, and what could not be rendered.
 * @param {readonly Planned[]} resources
 * @param {Readonly<Record<string, { block: Block }>>} schemas
 */
export function renderPlan(resources, schemas) {
  /** @type {Map<string, object>} */
  const files = new Map();
  /** @type {Set<string>} */
  const passedOver = new Set();
  const known = Object.keys(schemas);
  for (const { op, type, name, inputs } of resources) {
    if (!type.startsWith("aws:")) continue;
    if (op === "import") {
      passedOver.add(`${name}, which is adopted as it is`);
      continue;
    }
    const terraform = terraformType(type, known) ?? "";
    const schema = schemas[terraform];
    if (schema === undefined) {
      passedOver.add(`${type}, ${NOT_THERE}`);
      continue;
    }
    const pass = (/** @type {string} */ what) => passedOver.add(`${terraform}.${what}`);
    const body = new Renderer(terraform, pass).block(inputs, schema.block, "");
    const label = name.replaceAll(/[^\w-]/g, "_");
    files.set(name, { resource: { [terraform]: { [label]: body } } });
  }
  return { files, passedOver: [...passedOver].sort() };
}

/** Renders one resource; tells what of it the provider's schema has no place for. */
class Renderer {
  /**
   * @param {string} type Terraform's
   * @param {(what: string) => void} pass
   */
  constructor(type, pass) {
    this.type = type;
    this.pass = pass;
  }

  /**
   * @param {Record<string, unknown>} inputs
   * @param {Block} block
   * @param {string} path of the block in its resource, with a dot at its end
   * @returns {Record<string, unknown>}
   */
  block(inputs, { attributes = {}, block_types: blocks = {} }, path) {
    const settable = Object.entries(attributes).filter(([, attribute]) => isSettable(attribute));
    const known = [...settable.map(([name]) => name), ...Object.keys(blocks)];
    /** @type {Record<string, unknown>} */
    const body = {};
    for (const [input, value] of Object.entries(inputs)) {
      // Pulumi's own, beside what is the resource's.
      if (input.startsWith("__")) continue;
      const name = terraformArgument(input, known, path === "" ? this.type : undefined) ?? "";
      const [attribute, nested] = [attributes[name], blocks[name]];
      if (attribute) body[name] = this.attribute(value, attribute, `${path}${name}.`);
      else if (!nested) this.pass(`${path}${input}, ${NOT_THERE}`);
      else if (isHidden(value)) this.pass(`${path}${name}, which is known after the update`);
      else body[name] = this.blocks(value, nested.block, `${path}${name}.`);
    }
    return body;
  }

  /**
   * One or several blocks: Pulumi has no list around what there is once.
   * @param {unknown} value
   * @param {Block} block
   * @param {string} path
   */
  blocks(value, block, path) {
    return [value].flat().map((each) => this.block(/** @type {any} */ (each), block, path));
  }

  /**
   * @param {unknown} value
   * @param {Attribute} attribute
   * @param {string} path
   * @returns {unknown}
   */
  attribute(value, { type, nested_type: nested }, path) {
    if (isHidden(value)) return UNKNOWN;
    if (nested === undefined) return renderValue(value, type ?? "dynamic");
    const found = this.blocks(value, { attributes: nested.attributes }, path);
    return nested.nesting_mode === "single" ? found[0] : found;
  }
}

/** The others are what the provider computes. @param {Attribute} attribute */
function isSettable({ optional, required }) {
  return optional === true || required === true;
}

/**
 * @param {unknown} value
 * @param {Type} type
 * @returns {unknown}
 */
function renderValue(value, type) {
  if (isHidden(value)) return UNKNOWN;
  if (typeof value === "string") return escaped(value);
  if (typeof value !== "object" || value === null) return value;
  const [kind, inner] = typeof type === "string" ? [type, "dynamic"] : type;
  if (kind === "list" || kind === "set") {
    return [value].flat().map((each) => renderValue(each, inner));
  }
  if (kind === "object") return renderObject(/** @type {any} */ (value), inner);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, renderValue(each, inner)]),
  );
}

/**
 * An object in a list that is an attribute: Terraform wants all its fields, those without a value as null.
 * @param {Record<string, unknown>} value
 * @param {Record<string, Type>} fields
 */
function renderObject(value, fields) {
  const names = Object.keys(fields);
  const given = new Map(
    Object.entries(value).map(([input, each]) => [terraformArgument(input, names), each]),
  );
  return Object.fromEntries(
    Object.entries(fields).map(([name, type]) => [
      name,
      given.has(name) ? renderValue(given.get(name), type) : null,
    ]),
  );
}

/** @param {unknown} value */
function isHidden(value) {
  return typeof value === "string" && HIDDEN.includes(value);
}

/**
 * Text as it is: to Terraform, braces after these signs are a template.
 * @param {string} text
 */
function escaped(text) {
  return text.replaceAll(/[$%](?=\{)/g, "$&$&");
}
