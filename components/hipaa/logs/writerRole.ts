import type * as pulumi from "@pulumi/pulumi";
import type { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { createServiceRole } from "../roles.ts";
import type { ServiceRole } from "../roles.ts";
import type { HipaaWhole } from "../whole.ts";

/** A role by which a service writes into one log group, and nowhere else. */
export function writerRole(
  whole: HipaaWhole,
  { id, service, group }: { id: string; service: string; group: LogGroup },
): ServiceRole {
  const statements: pulumi.Output<object[]> = group.arn.apply((arn) => [
    {
      Sid: "WritesItsLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
      // The provider cuts the service's own `:*` off, which stands for the group's streams.
      Resource: `${arn}:*`,
    },
  ]);
  return createServiceRole(whole, { id, service, statements });
}
