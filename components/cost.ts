/** One line of a monthly estimate. */
export interface CostLine {
  readonly what: string;
  readonly quantity: number;
  readonly unit: string;
  /** Price of one unit as people read prices: from a dollar on in cents, below with four digits that count. */
  readonly unitPrice: number;
  /** Quantity × price, rounded to cents. */
  readonly monthly: number;
}

/** What a migration does to the monthly bill, at list prices without free tiers and discounts. */
export interface CostChange {
  readonly currency: string;
  /** Day of the price list. */
  readonly asOf: string;
  /** Region of the price list. */
  readonly region: string;
  readonly before: readonly CostLine[];
  readonly after: readonly CostLine[];
  /** What is there beside them while the migration runs, at its price for a whole month. */
  readonly during: readonly CostLine[];
  readonly monthlyBefore: number;
  readonly monthlyAfter: number;
  /** After less before. */
  readonly increase: number;
  /** The increase in percent of what it cost before; none if that was nothing. */
  readonly increasePercent?: number;
  /** What to know when reading the figures: what they leave out, and where a price is missing. */
  readonly notes: readonly string[];
}

export const HOURS_A_MONTH = 730;

export function costLine(
  what: string,
  quantity: number,
  unit: string,
  unitPrice: number,
): CostLine {
  const monthly = cents(quantity * unitPrice);
  return { what, quantity, unit, unitPrice: readable(unitPrice), monthly };
}

export function costChange(
  list: Pick<CostChange, "currency" | "asOf" | "region">,
  before: readonly CostLine[],
  after: readonly CostLine[],
  { during = [], notes }: { during?: readonly CostLine[]; notes: readonly string[] },
): CostChange {
  const [monthlyBefore, monthlyAfter] = [total(before), total(after)];
  const increase = cents(monthlyAfter - monthlyBefore);
  const increasePercent = Math.round((100 * increase) / monthlyBefore);
  return {
    ...list,
    before,
    after,
    during,
    monthlyBefore,
    monthlyAfter,
    increase,
    ...(monthlyBefore > 0 && { increasePercent }),
    notes,
  };
}

function readable(price: number): number {
  return price >= 1 ? cents(price) : Number(price.toPrecision(4));
}

function total(lines: readonly CostLine[]): number {
  return cents(lines.reduce((sum, { monthly }) => sum + monthly, 0));
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
