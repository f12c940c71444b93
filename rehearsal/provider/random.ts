import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { flag, given, number, text } from "../clouds/properties.ts";
import type { Properties, ResourceKind } from "../clouds/world.ts";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const DIGITS = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

const STRING_INPUTS = [
  "keepers",
  "length",
  "lower",
  "upper",
  "numeric",
  "number",
  "special",
  "minLower",
  "minUpper",
  "minNumeric",
  "minSpecial",
  "overrideSpecial",
];

/** The resources of `@pulumi/random`: made once, kept in the stack's state only. */
export const randomKinds: readonly ResourceKind[] = [
  kind("random:index/randomPassword:RandomPassword", STRING_INPUTS, ["result"], (inputs) => ({
    id: "none",
    outputs: { result: randomString(inputs) },
  })),
  kind("random:index/randomString:RandomString", STRING_INPUTS, [], (inputs) => {
    const result = randomString(inputs);
    return { id: result, outputs: { result } };
  }),
  kind("random:index/randomId:RandomId", ["keepers", "byteLength", "prefix"], [], (inputs) => {
    const bytes = randomBytes(number(inputs, "byteLength") ?? 8);
    const prefix = text(inputs, "prefix") ?? "";
    const outputs = {
      hex: prefix + bytes.toString("hex"),
      dec: prefix + BigInt(`0x${bytes.toString("hex")}`).toString(),
      b64Std: prefix + bytes.toString("base64"),
      b64Url: prefix + bytes.toString("base64url"),
    };
    return { id: bytes.toString("base64url"), outputs };
  }),
  kind("random:index/randomUuid:RandomUuid", ["keepers"], [], () => {
    const result = randomUUID();
    return { id: result, outputs: { result } };
  }),
];

function kind(
  type: string,
  replaceOn: readonly string[],
  secrets: readonly string[],
  make: (inputs: Properties) => { id: string; outputs: Properties },
): ResourceKind {
  return {
    type,
    replaceOn,
    secrets,
    async create(inputs) {
      const { id, outputs } = make(inputs);
      return { id, outputs: { ...given(inputs), ...outputs } };
    },
    update: async (_id, inputs, state) => ({ ...state, ...given(inputs) }),
    read: async (id, state) => ({ id, outputs: state, inputs: state }),
    async delete() {},
  };
}

/** A string of exactly the length and with at least the characters of each class asked for. */
function randomString(inputs: Properties): string {
  const numeric = flag(inputs, "numeric") ?? flag(inputs, "number");
  const classes = [
    { letters: LOWER, wanted: flag(inputs, "lower"), least: number(inputs, "minLower") },
    { letters: UPPER, wanted: flag(inputs, "upper"), least: number(inputs, "minUpper") },
    { letters: DIGITS, wanted: numeric, least: number(inputs, "minNumeric") },
    {
      letters: text(inputs, "overrideSpecial") ?? SPECIAL,
      wanted: flag(inputs, "special"),
      least: number(inputs, "minSpecial"),
    },
  ].filter(({ wanted }) => wanted ?? true);
  const length = number(inputs, "length") ?? 0;
  const all = classes.map(({ letters }) => letters).join("");
  const characters = classes.flatMap(({ letters, least }) => pick(letters, least ?? 0));
  characters.push(...pick(all, Math.max(0, length - characters.length)));
  return shuffled(characters).join("");
}

const pick = (letters: string, count: number) =>
  Array.from({ length: count }, () => letters[randomInt(letters.length)] ?? "");

function shuffled<T>(items: T[]): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}
