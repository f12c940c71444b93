import { failure } from "../../automation/errors.ts";
import type { StepContext } from "../../automation/step.ts";
import { revealedApplicationSettings } from "../settings.ts";

const TIMEOUT_MS = 10_000;

/**
 * Sends the application the request that the settings name (`godwit:application.check`) and expects its status.
 * Returns what was seen, for the evidence; `none` where no request is given.
 */
export async function checkApplication(ctx: StepContext): Promise<string> {
  const { check } = await revealedApplicationSettings(ctx);
  if (!check) return "none";
  const { url, method, headers, body, expect } = check;
  const seen = await statusOf(url, { method, headers, ...(body !== undefined && { body }) });
  if (seen === String(expect)) return `${method} ${url} answered ${seen}`;
  throw failure(
    "application-check",
    `The functional request ${method} ${url} answered ${seen} instead of ${expect}.`,
    "",
    "Look at the application's log, or correct `godwit:application.check`.",
  );
}

async function statusOf(url: string, init: RequestInit): Promise<string> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.body?.cancel();
    return String(response.status);
  } catch (error) {
    const cause = (error as Error).cause;
    return `nothing (${cause instanceof Error ? cause.message : String(error)})`;
  }
}
