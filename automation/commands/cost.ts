import { adviceOn, monthlyCost, type CostLine, type MonthlyCost } from "../cost.ts";
import { failure, type ExitCode } from "../errors.ts";
import { preview } from "../stack/preview.ts";
import { outputs as outputsOf } from "../stack/update.ts";
import type { App } from "./context.ts";
import { onStack, type StackOptions, type Where } from "./infrastructure.ts";

/** What a target costs a month, line by line, as its own component reckons it. */
export async function cost(app: App, target: string, options: StackOptions): Promise<ExitCode> {
  return await onStack(app, target, options, async (where) => {
    const { outputs } = await preview(where);
    const estimate = monthlyCost.safeParse(outputs["monthlyCost"]);
    if (!estimate.success) throw noEstimate(target, where.stack);
    const deployed = options.stack ? await deployedCost(where) : null;
    const document = { ...documentOf(estimate.data), deployed };
    app.io.result({ target, stack: where.stack, ...document }, textOf(document));
  });
}

/** What the stack has come to with its last update; null before the first. */
async function deployedCost(where: Where) {
  const { monthlyCost: output } = await outputsOf(where);
  const estimate = monthlyCost.safeParse(output?.value);
  return estimate.success
    ? { lines: estimate.data.after, monthly: estimate.data.monthlyAfter }
    : null;
}

function documentOf(estimate: MonthlyCost) {
  const { currency, asOf, region, after, monthlyAfter, before, monthlyBefore } = estimate;
  return {
    currency,
    asOf,
    region,
    lines: after,
    monthly: monthlyAfter,
    before,
    monthlyBefore,
    during: estimate.during,
    notes: estimate.notes,
    advice: adviceOn(after),
  };
}

function noEstimate(target: string, stack: string) {
  return failure(
    "no-cost",
    `Target ${target} says nothing of its cost: stack ${stack} has no output monthlyCost that can be read.`,
    "Nothing was changed.",
    "Let the target's component return it: components/cost.ts.",
  );
}

type CostDocument = ReturnType<typeof documentOf> & {
  readonly deployed: Awaited<ReturnType<typeof deployedCost>>;
};

function textOf(document: CostDocument): string {
  const { currency, asOf, region, lines, monthly, deployed, before, monthlyBefore, during } =
    document;
  return [
    ...lines.map(line),
    sum("a month", monthly, currency),
    ...(deployed ? [sum("with its last update", deployed.monthly, currency)] : []),
    ...(before.length > 0
      ? ["", "Before", ...before.map(line), sum("a month", monthlyBefore, currency)]
      : []),
    ...(during.length > 0 ? ["", "Beside it, while a migration runs", ...during.map(line)] : []),
    "",
    ...[...document.notes, ...document.advice].map((note) => `- ${note}`),
    `List prices of ${region}, ${asOf}, without free tiers and discounts.`,
  ].join("\n");
}

const WHAT_WIDTH = 44;
const AMOUNT_WIDTH = 10;

function line({ what, quantity, unit, unitPrice, monthly }: CostLine): string {
  const amount = monthly.toFixed(2).padStart(AMOUNT_WIDTH);
  return `${what.padEnd(WHAT_WIDTH)}${amount}   ${quantity} × ${unitPrice} a ${unit}`;
}

function sum(what: string, amount: number, currency: string): string {
  return `${what.padEnd(WHAT_WIDTH)}${amount.toFixed(2).padStart(AMOUNT_WIDTH)} ${currency}`;
}
