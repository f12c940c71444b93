import type { NormalizedSchema } from "@smithy/core/schema";

/** Reads the parameters of a Query request into what the SDK's command takes. */
export function readForm(schema: NormalizedSchema, form: URLSearchParams): Record<string, unknown> {
  return readStruct(schema, [...form], "");
}

type Pairs = readonly (readonly [key: string, value: string])[];

function readStruct(schema: NormalizedSchema, pairs: Pairs, prefix: string) {
  const result: Record<string, unknown> = {};
  if (!schema.isStructSchema()) return result;
  for (const [name, member] of schema.structIterator()) {
    const key = prefix + (member.getMergedTraits().xmlName ?? name);
    const mine = pairs.filter(([k]) => k === key || k.startsWith(`${key}.`));
    if (mine.length > 0) result[name] = readValue(member, mine, key);
  }
  return result;
}

function readValue(schema: NormalizedSchema, pairs: Pairs, key: string): unknown {
  if (schema.isStructSchema()) return readStruct(schema, pairs, `${key}.`);
  if (schema.isListSchema()) return readList(schema, pairs, key);
  if (schema.isMapSchema()) return readMap(schema, pairs, key);
  return readScalar(schema, pairs[0]?.[1] ?? "");
}

function readList(schema: NormalizedSchema, pairs: Pairs, key: string): unknown[] {
  const member = schema.getValueSchema();
  const flat = schema.getMergedTraits().xmlFlattened;
  const base = flat ? key : `${key}.${member.getMergedTraits().xmlName ?? "member"}`;
  const values: unknown[] = [];
  for (let n = 1; ; n++) {
    const mine = pairsUnder(pairs, `${base}.${n}`);
    if (mine.length === 0) return values;
    values.push(readValue(member, mine, `${base}.${n}`));
  }
}

function readMap(schema: NormalizedSchema, pairs: Pairs, key: string): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (let n = 1; ; n++) {
    const entry = `${key}.entry.${n}`;
    const name = pairs.find(([k]) => k === `${entry}.key`)?.[1];
    if (name === undefined) return result;
    const mine = pairsUnder(pairs, `${entry}.value`);
    result[name] = readValue(schema.getValueSchema(), mine, `${entry}.value`);
  }
}

function readScalar(schema: NormalizedSchema, text: string): unknown {
  if (schema.isBooleanSchema()) return text === "true";
  if (schema.isNumericSchema()) return Number(text);
  if (schema.isTimestampSchema()) return new Date(text);
  if (schema.isBlobSchema()) return Buffer.from(text, "base64");
  return text;
}

const pairsUnder = (pairs: Pairs, key: string) =>
  pairs.filter(([k]) => k === key || k.startsWith(`${key}.`));

/** Writes what an action returns as the XML of a Query response. */
export function writeResponse(
  action: string,
  schema: NormalizedSchema,
  output: object,
  requestId: string,
): string {
  const result = schema.isStructSchema() ? writeMembers(schema, output) : "";
  return element(
    `${action}Response`,
    element(`${action}Result`, result) +
      element("ResponseMetadata", element("RequestId", escapeXml(requestId))),
  );
}

export function writeError(code: string, message: string, requestId: string): string {
  const error =
    element("Type", "Sender") +
    element("Code", escapeXml(code)) +
    element("Message", escapeXml(message));
  return element("ErrorResponse", element("Error", error) + element("RequestId", requestId));
}

/** Writes the members that are set, without an element around them. */
export function writeMembers(schema: NormalizedSchema, value: object): string {
  const members = value as Readonly<Record<string, unknown>>;
  let xml = "";
  for (const [name, member] of schema.structIterator()) {
    const content = members[name];
    if (content === undefined || content === null) continue;
    xml += writeMember(String(member.getMergedTraits().xmlName ?? name), member, content);
  }
  return xml;
}

function writeMember(tag: string, schema: NormalizedSchema, value: unknown): string {
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const flat = schema.getMergedTraits().xmlFlattened;
    const itemTag = flat ? tag : String(item.getMergedTraits().xmlName ?? "member");
    const items = (value as unknown[]).map((each) => writeMember(itemTag, item, each)).join("");
    return flat ? items : element(tag, items);
  }
  if (schema.isMapSchema()) {
    const entries = Object.entries(value as object).map(([key, each]) =>
      element(
        "entry",
        element("key", escapeXml(key)) + writeMember("value", schema.getValueSchema(), each),
      ),
    );
    return element(tag, entries.join(""));
  }
  if (schema.isStructSchema()) return element(tag, writeMembers(schema, value as object));
  return element(tag, escapeXml(scalarText(value)));
}

function scalarText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return String(value);
}

export const element = (tag: string, content: string) => `<${tag}>${content}</${tag}>`;
export const escapeXml = (text: string) => text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
