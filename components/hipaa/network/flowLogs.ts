import type * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { FlowLog } from "@pulumi/aws/ec2/flowLog.js";
import { writerRole } from "../logs/writerRole.ts";
import { named } from "../whole.ts";
import type { HipaaWhole } from "../whole.ts";
import type { HipaaNetworkArgs } from "./args.ts";

/** Records who talked to whom in the network, what was let through and what was not. */
export function createFlowLogs(
  whole: HipaaWhole,
  vpcId: pulumi.Input<string>,
  { logsKey }: Pick<HipaaNetworkArgs, "logsKey">,
  retentionInDays: number,
): void {
  const { name, parent, app, tags } = whole;
  const group = new LogGroup(
    `${name}-flow-logs`,
    { name: `/godwit/${app}/flow-logs`, kmsKeyId: logsKey.arn, retentionInDays, tags },
    { parent, dependsOn: logsKey.usable },
  );
  const role = writerRole(whole, {
    id: "flow-logs",
    service: "vpc-flow-logs.amazonaws.com",
    group,
  });
  new FlowLog(
    `${name}-flow-log`,
    {
      vpcId,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: group.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 60,
      tags: named(whole, "flow-log"),
    },
    { parent, dependsOn: role.usable },
  );
}
