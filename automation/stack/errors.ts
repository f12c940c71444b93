import { CommandError, StackNotFoundError } from "@pulumi/pulumi/automation/errors.js";
import { isLocked } from "./lock.ts";
import type { Tool } from "../tools.ts";
import { failure, GodwitError, refusal, usageError } from "../errors.ts";

/** Code that the program puts before its refusal of a stale clone's stage. */
const STALE_STAGE = "GODWIT_STALE_STAGE";
/** Code that the program puts before what is wrong with the stack's settings. */
const BAD_CONFIG = "GODWIT_CONFIG";

/** Says in our words what the Pulumi engine reported; unknown errors keep its own. */
export function explainPulumi(error: unknown, stack: string): unknown {
  if (error instanceof GodwitError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (text.includes(STALE_STAGE)) {
    return refusal("stale-stage", after(text, STALE_STAGE), "", "");
  }
  if (text.includes(BAD_CONFIG)) {
    return usageError("bad-config", after(text, BAD_CONFIG), "", "");
  }
  if (isLocked(error)) return stackLocked(text, stack);
  if (error instanceof StackNotFoundError) return noStack(stack);
  if (error instanceof CommandError) return updateFailed(text, stack, error);
  return error;
}

function stackLocked(text: string, stack: string) {
  const owner = /created by (.+?) at/.exec(text)?.[1];
  return refusal(
    "stack-locked",
    `Another update of stack ${stack} is in progress${owner ? ` (${owner})` : ""}.`,
    "Wait until it has finished, or `pulumi cancel` it if you know that it is dead.",
  );
}

function noStack(stack: string) {
  return usageError(
    "no-stack",
    `There is no stack ${stack} on this backend.`,
    "Check --stack and `pulumi login`, or create it with `pulumi stack init`.",
  );
}

function updateFailed(text: string, stack: string, cause: Error) {
  return failure(
    "update-failed",
    `The update of stack ${stack} failed: ${diagnostics(text)}`,
    "What the update had done before stays, and is recorded in the stack.",
    "Mend the cause and run the same command again, or `godwit resume RUN` if it was a run's; it goes on from there.",
    cause,
  );
}

/** There is no Pulumi command line to drive. */
export function missingCli({ missing }: Tool) {
  return failure(
    "no-pulumi",
    `The Pulumi command line was not found: ${missing?.why}.`,
    "Nothing was changed.",
    `Get it with \`${missing?.command}\`, or run \`npm start\` once, which does.`,
  );
}

/** The engine's diagnostics, each once, without its banner, its blank lines and the resource table. */
function diagnostics(text: string): string {
  const lines = [...new Set(text.split("\n").map((line) => line.trim()))].filter(Boolean);
  const errors = lines.filter(
    (line) => /^error:|: error:|error occurred|Exception|Fault/i.test(line) && !HOLLOW.test(line),
  );
  return (errors.length > 0 ? errors : lines.slice(-5)).join(" ");
}

/** Lines that only say that there are others. */
const HOLLOW = /^(error: (update|preview) failed|err\?: )/;

/** What the program said, once: the engine prints it several times, and only among its diagnostics in full. */
function after(text: string, code: string): string {
  const diagnostics = text.slice(Math.max(0, text.indexOf("Diagnostics:")));
  const rest = diagnostics.slice(diagnostics.indexOf(code) + code.length).replace(/^[:\s]+/, "");
  const end = /\n\s*\n|\n\s+at |\n\s*(?:error|Resources|Duration|pulumi:pulumi:Stack)\b/.exec(rest);
  return rest.slice(0, end?.index).trim();
}
