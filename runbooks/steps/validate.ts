import { failure } from "../../automation/errors.ts";
import type { StepContext, WorkStep } from "../../automation/step.ts";
import * as checks from "../criteria.ts";
import type { Criterion } from "../criteria.ts";

/** The target and the application on it, looked at from every side. */
export function validate(): WorkStep {
  return validation("validate", "Validate the target and the application on it", [
    checks.encryptedGroup,
    checks.tokenStored,
    checks.applicationUsesTls,
    checks.servicesHealthy,
    checks.connectionTests,
    checks.functionalRequest,
    checks.logsClean,
    checks.metricsNormal,
  ]);
}

/** The same after the soak, with the soak itself. */
export function validateSoaked(): WorkStep {
  return validation("validate-soaked", "Validate again after the soak", [
    checks.servicesHealthy,
    checks.connectionTests,
    checks.functionalRequest,
    checks.logsClean,
    checks.metricsNormal,
    checks.soaked,
  ]);
}

/** That the source is gone. */
export function validateRetired(ctx: StepContext) {
  return judge(ctx, [checks.sourceDeleted]);
}

function validation(id: string, title: string, criteria: readonly Criterion[]): WorkStep {
  return {
    kind: "work",
    id,
    title,
    effect: "Reads, and sends the application its functional request; changes nothing.",
    expectedMs: 30 * 60_000,
    commands: criteria.flatMap(({ command }) => (command ? [command] : [])),
    run: async (ctx) => await judge(ctx, criteria),
    undo: { title: "Nothing to undo: it only looks" },
  };
}

/** Judges every criterion, puts each with its proof into the evidence, and rejects if one is not met. */
async function judge(ctx: StepContext, criteria: readonly Criterion[]) {
  const unmet: string[] = [];
  for (const criterion of criteria) {
    const { id, title } = criterion;
    ctx.progress({ doing: title });
    const { met, proof } = await criterion.look(ctx);
    await ctx.record("criterion", `${id}:${ctx.attempt}`, { id, title, met, proof });
    if (!met) unmet.push(`${title} (${proof})`);
  }
  if (unmet.length === 0) return { criteria: criteria.length };
  throw failure(
    "criteria-unmet",
    `${unmet.length} of ${criteria.length} criteria are not met: ${unmet.join("; ")}.`,
    "The application runs on the target, and the way back is open.",
    "Mend the cause and use `godwit resume RUN`, or `godwit rollback RUN`, which keeps what was written since.",
  );
}
