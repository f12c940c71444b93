import { Budget } from "@pulumi/aws/budgets/budget.js";
import type { AlarmReceiver, Topics } from "../shared/topics.ts";
import { webNameOf } from "./whole.ts";
import type { WebWhole } from "./whole.ts";

/** Percent of the limit at which a bill that has come is told, and one that is foreseen. */
const TOLD = { ACTUAL: 80, FORECASTED: 100 } as const;

/** Tells when the account's bill comes near the limit, and when it is foreseen to pass it. */
export function watchBill(
  whole: WebWhole,
  dollars: number,
  { receiver, topics }: { readonly receiver: AlarmReceiver; readonly topics: Topics },
): void {
  const { name, parent, tags } = whole;
  const told =
    receiver.email === undefined
      ? { subscriberSnsTopicArns: [topics.edge] }
      : { subscriberEmailAddresses: [receiver.email] };
  new Budget(
    `${name}-budget`,
    {
      name: webNameOf(whole),
      budgetType: "COST",
      limitAmount: String(dollars),
      limitUnit: "USD",
      timeUnit: "MONTHLY",
      notifications: Object.entries(TOLD).map(([notificationType, threshold]) => ({
        notificationType,
        comparisonOperator: "GREATER_THAN",
        threshold,
        thresholdType: "PERCENTAGE",
        ...told,
      })),
      tags,
    },
    { parent },
  );
}
