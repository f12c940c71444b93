import type { Resource, Unknown } from "./plan.ts";
import { input, listOf, UNKNOWN } from "./plan.ts";

/** One statement of a policy document. */
export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Whether it is about everybody. */
  readonly everybody: boolean;
  readonly condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The statements of the policy document in an input; UNKNOWN where only the update will tell them. */
export function statementsOf(resource: Resource, path = "policy"): readonly Statement[] | Unknown {
  const value = input(resource, path);
  return value === UNKNOWN ? UNKNOWN : parseStatements(value);
}

export function parseStatements(document: unknown): readonly Statement[] {
  const parsed = typeof document === "string" ? parse(document) : document;
  return listOf((parsed as { Statement?: unknown } | undefined)?.Statement).map(statement);
}

/** What is no JSON grants nothing: the service refuses it. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function statement(raw: unknown): Statement {
  const { Effect, Action, Resource, Principal, Condition } = raw as Record<string, unknown>;
  return {
    effect: String(Effect),
    actions: listOf(Action).map(String),
    resources: listOf(Resource).map(String),
    everybody: isEverybody(Principal),
    condition: (Condition ?? {}) as Statement["condition"],
  };
}

function isEverybody(principal: unknown): boolean {
  if (principal === "*") return true;
  return listOf((principal as { AWS?: unknown } | undefined)?.AWS).includes("*");
}

/** Whether a pattern such as `s3:Get*` covers an action. */
export function covers(pattern: string, action: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  const expression = escaped.replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "i").test(action);
}
