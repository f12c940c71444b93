import * as pulumi from "@pulumi/pulumi";
import { Budget } from "@pulumi/aws/budgets/budget.js";
import { cloudWatchAlarms } from "../../alarms.ts";
import { cloudWatchDashboard } from "../../shared/dashboard.ts";
import { hipaaDefaults } from "../defaults.ts";
import { describeWhole } from "../describe.ts";
import type { HipaaOwnership, HipaaWhole } from "../whole.ts";
import { hipaaAlarms } from "./alarms.ts";
import { metricsOf } from "./metrics.ts";
import type { Watched } from "./metrics.ts";
import { hipaaPanels } from "./panels.ts";
import { hipaaAlarmDefaults } from "./thresholds.ts";
import type { HipaaThresholds } from "./thresholds.ts";

/** Arguments of `HipaaWatch`. */
export interface HipaaWatchArgs extends HipaaOwnership {
  readonly watched: Omit<Watched, "app">;
  /** Topic that is told. */
  readonly topicArn: pulumi.Input<string>;

  /**
   * Connections that the database lets in.
   *
   * @default 400
   */
  readonly maxConnections?: number;

  /**
   * When an alarm goes off.
   *
   * @default `hipaaAlarmDefaults`
   */
  readonly thresholds?: Partial<HipaaThresholds>;

  /**
   * US dollars a month; told at 80 %, and when the month is going to end above it.
   *
   * @default 700
   */
  readonly budget?: number;
}

/**
 * Who is woken, by what, and what there is to see then.
 *
 * Creates: five alarms (the sixth, on the cache's hit rate, is the cache's own), three dashboards, a budget.
 *
 * Touches on the source: nothing. Irreversible: nothing. Undo: destroy.
 *
 * Cost: about 10 $ a month; see cost.ts.
 *
 * @example
 * new HipaaWatch("watch", {
 *   app: "acme", environment: "prod", dataClass: "phi", region: "ca-central-1", watched, topicArn: alarms.arn,
 * });
 */
export class HipaaWatch extends pulumi.ComponentResource {
  public readonly dashboards: pulumi.Output<string[]>;

  constructor(name: string, args: HipaaWatchArgs, opts?: pulumi.ComponentResourceOptions) {
    super("godwit:hipaa:Watch", name, {}, opts);
    const whole = describeWhole(name, this, args);
    const { app, region, tags } = whole;
    const { topicArn } = args;
    const metrics = metricsOf({ ...args.watched, app });
    const limits = { ...hipaaAlarmDefaults, ...args.thresholds };
    const alarms = hipaaAlarms(
      metrics,
      limits,
      args.maxConnections ?? hipaaDefaults.maxConnections,
    );
    cloudWatchAlarms(name, alarms, { watched: app, topicArn, tags, parent: this });
    const dashboards = Object.entries(hipaaPanels(metrics, region)).map(([id, panels]) =>
      cloudWatchDashboard(`${name}-${id}`, `${app}-${id}`, panels, this),
    );
    limitSpending(whole, args.budget ?? hipaaDefaults.budget, topicArn);
    this.dashboards = pulumi.all(dashboards.map(({ dashboardName }) => dashboardName));
    this.registerOutputs({ dashboards: this.dashboards });
  }
}

/** Tells, and stops nothing: an application that is paid for late is better than one that is down. */
function limitSpending(
  { name, parent, app, tags }: HipaaWhole,
  dollars: number,
  topicArn: pulumi.Input<string>,
): void {
  const told = (notificationType: "ACTUAL" | "FORECASTED", threshold: number) => ({
    notificationType,
    threshold,
    thresholdType: "PERCENTAGE",
    comparisonOperator: "GREATER_THAN",
    subscriberSnsTopicArns: [topicArn],
  });
  new Budget(
    `${name}-budget`,
    {
      name: app,
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: String(dollars),
      limitUnit: "USD",
      costFilters: [{ name: "TagKeyValue", values: [`user:application$${app}`] }],
      notifications: [told("ACTUAL", 80), told("FORECASTED", 100)],
      tags,
    },
    { parent },
  );
}
