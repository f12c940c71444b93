import { ATTESTATIONS } from "../attestations.ts";
import { refusal, type ExitCode } from "../errors.ts";
import type { PolicyReport } from "../policyPack.ts";
import { preview } from "../stack/preview.ts";
import { writeSettings } from "../stack/settings.ts";
import { up } from "../stack/update.ts";
import type { App } from "./context.ts";
import { onStack, type StackOptions, type Where } from "./infrastructure.ts";
import { judge } from "./judge.ts";

/** Holds the HIPAA rules against what a target declares; refuses where one is broken and not waived. */
export async function policy(app: App, target: string, options: StackOptions): Promise<ExitCode> {
  return await onStack(app, target, options, async (where) => {
    if (!options.stack) await buildWhole(app, target, where);
    const { stack } = where;
    const { resources } = await preview(where);
    const own = options.stack && { workDir: where.environment.workDir };
    const report = await judge(app, { target, stack, resources, ...own });
    app.io.result({ target, stack, ...report }, textOf(report));
    refuseFindings(report);
  });
}

/** Everything that a target ever has, where its settings alone do not ask for it: a move in its middle. */
const WHOLE: Readonly<Record<string, () => Record<string, string>>> = {
  redis: () => ({ "godwit:mode": "relay", "godwit:relayUntil": nextWeek() }),
};

const WEEK_MS = 7 * 86_400_000;

function nextWeek(): string {
  return new Date(Date.now() + WEEK_MS).toISOString();
}

/** Builds the target on its twin first: then the preview knows every id, and no rule is left undecided. */
async function buildWhole(app: App, target: string, where: Where): Promise<void> {
  const settings = WHOLE[target]?.();
  if (settings) writeSettings(where.environment.workDir, where.stack, settings);
  app.io.say("Building the target on the twin");
  await up({ ...where, onProgress: (progress) => app.io.progress(where.stack, progress) });
}

function refuseFindings({ findings, waiverProblems }: PolicyReport): void {
  const broken = [
    ...(findings.length > 0 ? [counted(findings.length, "finding")] : []),
    ...(waiverProblems.length > 0
      ? [`${counted(waiverProblems.length, "waiver")} not in force`]
      : []),
  ];
  if (broken.length === 0) return;
  throw refusal(
    "policy",
    `The policy has ${broken.join(" and ")}.`,
    "Mend what each names, or waive it in policy/waivers/ with reason, owner and expiry.",
  );
}

function textOf(report: PolicyReport): string {
  const { findings, waived, waiverProblems, undecided, checklist } = report;
  return [
    ...section(
      "Findings",
      findings.map(
        ({ rule, resource, problem, remedy, hipaa }) =>
          `${rule} [${hipaa}]: ${resource} ${problem}. ${remedy}`,
      ),
    ),
    ...section(
      "Waivers not in force",
      waiverProblems.map(
        (waiver) =>
          `${waiver.rule}: the waiver of ${waiver.owner} for ${waiver.resources.join(", ")} ${waiver.problem}. ${waiver.remedy}`,
      ),
    ),
    ...section(
      "Waived",
      waived.map(
        ({ rule, resource, problem, reason, owner, expires }) =>
          `${rule}: ${resource} ${problem}. ${reason} (${owner}, until ${expires})`,
      ),
    ),
    ...section(
      "Known only after the update",
      undecided.map(({ rule, resource }) => `${rule}: ${resource}`),
    ),
    ...section(
      "Checklist",
      checklist.map(({ title, status, because }) => `${title}: ${status} (${because})`),
    ),
    ...attestationHint(checklist),
    totals(report),
  ].join("\n");
}

function totals(report: PolicyReport): string {
  const { resources, declared, rules, findings, waived, undecided } = report;
  if (resources === 0) {
    return `None of the ${rules} rules looks at any of the ${declared} resources: this says nothing about them.`;
  }
  return `${resources} of ${declared} resources, ${rules} rules: ${counted(findings.length, "finding")}, ${waived.length} waived, ${undecided.length} undecided.`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ""];
}

function attestationHint(checklist: PolicyReport["checklist"]): string[] {
  const missing = checklist.some(({ status }) => status === "not attested");
  return missing ? [`What is not attested belongs in ${ATTESTATIONS}: docs/policy.md.`, ""] : [];
}
