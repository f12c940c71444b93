import type { Facts } from "../step.ts";
import { listOf, numberOf, textOf } from "./facts.ts";

export interface CostLine {
  readonly what: string;
  /** Per month, in the currency of the whole. */
  readonly monthly: number;
}

export interface CostChange {
  readonly currency: string;
  /** Date of the prices, if it is known. */
  readonly asOf?: string;
  readonly before: readonly CostLine[];
  /** What is there only while the migration is under way, at its price for a whole month. */
  readonly during?: readonly CostLine[];
  readonly after: readonly CostLine[];
}

/** The monthly cost before, during and after a migration, line by line. */
export function costOf(data: Facts | undefined): CostChange | undefined {
  if (!data) return undefined;
  const asOf = textOf(data, "asOf");
  const during = listOf(data, "during").map(costLineOf);
  return {
    currency: textOf(data, "currency") ?? "USD",
    ...(asOf && { asOf }),
    before: listOf(data, "before").map(costLineOf),
    ...(during.length > 0 && { during }),
    after: listOf(data, "after").map(costLineOf),
  };
}

/** Sum of lines, to the cent. */
export function monthlyTotal(lines: readonly CostLine[]): number {
  return Math.round(lines.reduce((sum, line) => sum + line.monthly, 0) * 100) / 100;
}

function costLineOf(line: Facts): CostLine {
  return { what: textOf(line, "what") ?? "", monthly: numberOf(line, "monthly") ?? 0 };
}
