/** Exit codes of the command line; scripts rely on them. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  waiting: 3,
  refused: 4,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface Explanation {
  /** Stable name, for scripts and for matching an error that was stored and revived. */
  readonly code: string;
  /** What happened. */
  readonly what: string;
  /** What state things are in now. */
  readonly state: string;
  /** What to do next. */
  readonly next: string;
  /** Step in which it happened, if it was in one. */
  readonly step?: string;
}

/** An expected error: printed as one paragraph without a stack trace. */
export class GodwitError extends Error {
  readonly explanation: Explanation;
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, explanation: Explanation, cause?: unknown) {
    super(paragraph(explanation), { cause });
    this.name = "GodwitError";
    this.exitCode = exitCode;
    this.explanation = explanation;
  }
}

/** Wrong usage or configuration; nothing has been changed. */
export function usageError(
  code: string,
  what: string,
  next: string,
  state = "Nothing was changed.",
): GodwitError {
  return new GodwitError(exitCodes.usage, { code, what, state, next });
}

/** A check or a policy says no; nothing has been changed. */
export function refusal(
  code: string,
  what: string,
  next: string,
  state = "Nothing was changed.",
): GodwitError {
  return new GodwitError(exitCodes.refused, { code, what, state, next });
}

export function failure(code: string, what: string, state: string, next: string, cause?: unknown) {
  return new GodwitError(exitCodes.failed, { code, what, state, next }, cause);
}

export function paragraph({ step, what, state, next }: Explanation): string {
  return [step && `Step ${step}:`, what, state, next].filter(Boolean).join(" ");
}

/** The explanation of any thrown value, for the store and for the terminal. */
export function explain(
  thrown: unknown,
  fallback: Omit<Explanation, "code" | "what">,
): Explanation {
  if (thrown instanceof GodwitError) return { ...fallback, ...definedOf(thrown.explanation) };
  const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return { code: "unexpected", what: sentence(what), ...fallback };
}

function definedOf(explanation: Explanation): Explanation {
  return Object.fromEntries(
    Object.entries(explanation).filter(([, value]) => value !== undefined && value !== ""),
  ) as unknown as Explanation;
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
