import { contradictions } from "./config/contradictions.ts";
import { problemsOf } from "./config/problems.ts";
import type { Problem } from "./config/problems.ts";
import { settingsSchema } from "./config/schema.ts";
import type { Settings } from "./config/schema.ts";
import { ENCRYPTED, plainSecrets } from "./config/secrets.ts";

export type { Problem } from "./config/problems.ts";
export type { ApplicationSettings } from "./config/application.ts";
export type { DataClass, Mode, Settings, Stage, Target } from "./config/schema.ts";
export { ENCRYPTED } from "./config/secrets.ts";
export { modes, stages } from "./config/schema.ts";
export { memoryForKeys } from "./redis/memory.ts";

const PREFIX = "godwit:";

/** The settings of a stack are wrong; `problems` holds all that is wrong with them. Nothing has been changed. */
export class SettingsError extends Error {
  static readonly code = "GODWIT_CONFIG";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(explain(problems));
    this.name = "SettingsError";
    this.problems = problems;
  }
}

/**
 * Checks the settings of a stack and fills in the defaults. Needs no running Pulumi program.
 *
 * @param config settings by full name (`godwit:redis`), values as Pulumi hands them over: text, and JSON where a value
 *   is structured. They may also come straight from the stack's file, with encrypted values as `{ secure: … }`; then
 *   those read as `[encrypted]`. Settings of other namespaces are passed over.
 * @param secretKeys full names of the settings that hold something encrypted, if `config` was decrypted; in all others
 *   a secret is refused
 * @throws SettingsError with everything that is wrong, not only the first thing
 */
export function parseSettings(
  config: Readonly<Record<string, string>>,
  secretKeys: Iterable<string> = [],
): Settings {
  const draft = ownSettings(config);
  const parsed = settingsSchema.safeParse(draft);
  const problems = [
    ...plainSecrets(draft, new Set(secretKeys)),
    ...problemsOf(settingsSchema, parsed.error?.issues ?? [], draft),
    ...contradictions(draft),
  ];
  if (!parsed.success || problems.length > 0) throw new SettingsError(problems);
  const region = config["aws:region"];
  return { ...parsed.data, ...(region !== undefined && { region }) };
}

function ownSettings(config: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(PREFIX))
      .map(([key, value]) => [key.slice(PREFIX.length), decode(value)]),
  );
}

/** Structured values and truth values arrive as JSON; all else is text, also when it looks like a number. */
function decode(value: string): unknown {
  if (!/^(\{|\[|true$|false$)/.test(value)) return value;
  try {
    return JSON.parse(value, (_name, part: unknown) => (isSealed(part) ? ENCRYPTED : part));
  } catch {
    return value;
  }
}

/** How a stack's file holds an encrypted value: `{ secure: v1:… }`. */
function isSealed(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).join() === "secure";
}

function explain(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "One setting is" : `${problems.length} settings are`;
  const lines = problems.map((problem) => `  ${sentence(problem)}`);
  return [
    `${SettingsError.code}: ${count} wrong; nothing was changed.`,
    ...lines,
    "Correct them in the stack's file Pulumi.<stack>.yaml, or with `pulumi config set`, and start again.",
  ].join("\n");
}

function sentence({ key, wrong, example }: Problem): string {
  const end = wrong.endsWith("?") ? "" : ".";
  return `${key} ${wrong}${end}${example === undefined ? "" : ` Right: ${example}`}`;
}
