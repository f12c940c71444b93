import { z } from "zod";

const costLine = z.object({
  what: z.string(),
  quantity: z.number(),
  unit: z.string(),
  unitPrice: z.number(),
  monthly: z.number(),
});

/** One line of a monthly estimate. */
export type CostLine = z.output<typeof costLine>;

/** What a target's stack says of its cost: the output `monthlyCost`. */
export const monthlyCost = z.object({
  currency: z.string(),
  /** Day of the prices. */
  asOf: z.string(),
  region: z.string(),
  /** What is replaced. */
  before: z.array(costLine).default([]),
  after: z.array(costLine),
  /** What is there beside them while a migration runs. */
  during: z.array(costLine).default([]),
  monthlyBefore: z.number().default(0),
  monthlyAfter: z.number(),
  notes: z.array(z.string()).default([]),
});

export type MonthlyCost = z.output<typeof monthlyCost>;

/** Off the list price for a year's promise, nothing paid upfront: about this much for each kind of server. */
const RESERVED_SHARE = 0.3;
/** What AWS can take back at two minutes' notice costs about this much less. */
const SPOT_SHARE = 0.7;
const SERVERS =
  /\b(?:cache\.|db\.)?[a-z][a-z0-9]*\d[a-z]*\.(?:nano|micro|small|medium|\d*x?large)\b/;
const MANAGED = /\b(?:cache|db)\./;

/** How the same would cost less: in the order of what it saves. */
export function adviceOn(lines: readonly CostLine[]): string[] {
  const servers = lines.filter(({ what, monthly }) => SERVERS.test(what) && monthly > 0);
  if (servers.length === 0) return [];
  const machines = servers.filter(({ what }) => !MANAGED.test(what));
  const always = total(servers);
  return [
    `Reserved for a year, the servers' ${dollars(always)} come to about ${dollars(always * (1 - RESERVED_SHARE))}, ${dollars(always * RESERVED_SHARE)} less. Promise it only for sizes that have proved right for a month.`,
    ...(machines.length > 0
      ? [
          `Spot machines for staging, or beyond a group's minimum, save up to ${dollars(total(machines) * SPOT_SHARE)} of ${dollars(total(machines))}. Not for a machine that data goes through.`,
        ]
      : []),
    `Right size: where CPU stays under 30 % and memory under 60 % for two weeks, the next smaller type costs half. Look at ${servers[0]!.what} first.`,
  ];
}

function total(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { monthly }) => sum + monthly, 0);
}

function dollars(amount: number): string {
  return `${amount.toFixed(2)} $`;
}
