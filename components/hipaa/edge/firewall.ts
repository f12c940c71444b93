import type * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { WebAcl } from "@pulumi/aws/wafv2/webAcl.js";
import { WebAclAssociation } from "@pulumi/aws/wafv2/webAclAssociation.js";
import { WebAclLoggingConfiguration } from "@pulumi/aws/wafv2/webAclLoggingConfiguration.js";
import type { DataKey } from "../keys/key.ts";
import { named } from "../whole.ts";
import type { HipaaWhole } from "../whole.ts";

/** Requests from one address within five minutes. */
const RATE_LIMIT = 2000;

/** Amazon's own rule sets; each is asked in this order. */
const RULE_SETS: readonly { readonly name: string; readonly count?: readonly string[] }[] = [
  { name: "AWSManagedRulesAmazonIpReputationList" },
  // Bodies above 8 KB are the CSV files that the application is for: counted, not refused.
  { name: "AWSManagedRulesCommonRuleSet", count: ["SizeRestrictions_BODY"] },
  { name: "AWSManagedRulesKnownBadInputsRuleSet" },
  { name: "AWSManagedRulesSQLiRuleSet" },
];

/** What may hold a session or a token is not logged. */
const UNLOGGED_HEADERS = ["authorization", "cookie"];

/** Refuses known attacks and floods before they reach an instance. */
export function createFirewall(
  whole: HipaaWhole,
  balancerArn: pulumi.Input<string>,
  logsKey: DataKey,
  retentionInDays: number,
): void {
  const { name, parent, app, tags } = whole;
  const acl = new WebAcl(
    `${name}-firewall`,
    {
      name: app,
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      rules: [...RULE_SETS.map(managedRule), rateRule],
      visibilityConfig: visible(app),
      tags: named(whole, "firewall"),
    },
    { parent },
  );
  new WebAclAssociation(
    `${name}-firewall-association`,
    { webAclArn: acl.arn, resourceArn: balancerArn },
    { parent },
  );
  const group = new LogGroup(
    `${name}-firewall-logs`,
    // The service takes no group of another name.
    { name: `aws-waf-logs-${app}`, kmsKeyId: logsKey.arn, retentionInDays, tags },
    { parent, dependsOn: logsKey.usable },
  );
  new WebAclLoggingConfiguration(
    `${name}-firewall-logging`,
    {
      resourceArn: acl.arn,
      logDestinationConfigs: [group.arn],
      redactedFields: UNLOGGED_HEADERS.map((header) => ({ singleHeader: { name: header } })),
    },
    { parent },
  );
}

function managedRule({ name, count = [] }: (typeof RULE_SETS)[number], priority: number) {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name,
        ...(count.length > 0 && {
          ruleActionOverrides: count.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
        }),
      },
    },
    visibilityConfig: visible(name),
  };
}

const rateRule = {
  name: "RateLimit",
  priority: RULE_SETS.length,
  action: { block: {} },
  statement: { rateBasedStatement: { limit: RATE_LIMIT, aggregateKeyType: "IP" } },
  visibilityConfig: visible("RateLimit"),
};

function visible(metricName: string) {
  return { cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false };
}
