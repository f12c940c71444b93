import { z } from "zod";
import { cdnContradictions } from "./cdn/contradictions.ts";
import { contradictions } from "./config/contradictions.ts";
import { choice } from "./config/fields.ts";
import { foreignSettings } from "./config/foreign.ts";
import { problemsOf } from "./config/problems.ts";
import type { Problem } from "./config/problems.ts";
import { settingsSchemas, targets } from "./config/schema.ts";
import type { Settings, SettingsOf, Target } from "./config/schema.ts";
import { ENCRYPTED, plainProviderSecrets, plainSecrets } from "./config/secrets.ts";
import { hetznerContradictions } from "./hetzner/contradictions.ts";
import { hipaaContradictions } from "./hipaa/contradictions.ts";
import { webContradictions } from "./web/contradictions.ts";

export type { Problem } from "./config/problems.ts";
export type { ApplicationSettings } from "./config/application.ts";
export type { DataClass, Settings, SettingsOf, Target } from "./config/schema.ts";
export { targets } from "./config/schema.ts";
export { ENCRYPTED } from "./config/secrets.ts";
export type { Mode, Stage, TokenRotation } from "./config/stages.ts";
export { beginsEmpty, isBefore, modes, stages, tokenRotations } from "./config/stages.ts";
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
 *   those read as `[encrypted]`. Of settings of other namespaces only secrets in plain text are looked for.
 * @param secretKeys full names of the settings that hold something encrypted, if `config` was decrypted; in all others
 *   a secret is refused
 * @throws SettingsError with everything that is wrong, not only the first thing
 */
export function parseSettings(
  config: Readonly<Record<string, string>>,
  secretKeys: Iterable<string> = [],
): Settings {
  const draft = ownSettings(config);
  const region = config["aws:region"];
  const target = targetOf(draft);
  const encrypted = new Set(secretKeys);
  const secrets = [...plainSecrets(draft, encrypted), ...plainProviderSecrets(config, encrypted)];
  if (target === undefined) throw new SettingsError([...secrets, ...wrongTarget(draft)]);
  const schema = settingsSchemas[target];
  const foreign = foreignSettings(draft, target);
  const own = without(draft, foreign);
  const parsed = schema.safeParse(own);
  const problems = [
    ...secrets,
    ...foreign,
    ...problemsOf(schema, parsed.error?.issues ?? [], own),
    ...contradictionsOf(target, own, region),
  ];
  if (!parsed.success || problems.length > 0) throw new SettingsError(problems);
  return { ...parsed.data, ...(region !== undefined && { region }) };
}

/**
 * The settings as those of a stack of `target`.
 *
 * @throws SettingsError if the stack is of another target
 */
export function settingsOf<T extends Target>(target: T, settings: Settings): SettingsOf<T> {
  if (settings.target === target) return settings as SettingsOf<T>;
  const wrong = `is ${settings.target}, but what is asked for needs a stack of target ${target}`;
  throw new SettingsError([{ key: `${PREFIX}target`, wrong, example: target }]);
}

function targetOf({ target }: Record<string, unknown>): Target | undefined {
  return targets.find((known) => known === target);
}

/** Without a target nobody knows which of the other settings are right. */
function wrongTarget(draft: Record<string, unknown>): Problem[] {
  const schema = z.object({ target: choice(targets, "redis") });
  return problemsOf(schema, schema.safeParse(draft).error?.issues ?? [], draft);
}

function without(
  draft: Record<string, unknown>,
  problems: readonly Problem[],
): Record<string, unknown> {
  const keys = problems.map(({ key }) => key);
  return Object.fromEntries(
    Object.entries(draft).filter(([name]) => !keys.includes(`${PREFIX}${name}`)),
  );
}

function contradictionsOf(
  target: Target,
  draft: Record<string, unknown>,
  region: string | undefined,
): Problem[] {
  switch (target) {
    case "redis":
      return contradictions(draft);
    case "hetzner":
      return [...hetznerContradictions(draft)];
    case "cdn":
      return [...cdnContradictions(draft, region)];
    case "web":
      return [...webContradictions(draft, region)];
    case "hipaa":
      return [...hipaaContradictions(draft, region)];
  }
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
