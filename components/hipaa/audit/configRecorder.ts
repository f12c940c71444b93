import { DeliveryChannel } from "@pulumi/aws/cfg/deliveryChannel.js";
import { Recorder } from "@pulumi/aws/cfg/recorder.js";
import { RecorderStatus } from "@pulumi/aws/cfg/recorderStatus.js";
import type { HipaaBuckets } from "../data/hipaaBuckets.ts";
import { CONFIG_PREFIX } from "../data/logWriters.ts";
import { createServiceRole } from "../roles.ts";
import type { HipaaWhole } from "../whole.ts";

/** Records how each resource of the region is set, whenever it changes. */
export function recordConfiguration(
  whole: HipaaWhole,
  { logs, logPolicy }: Pick<HipaaBuckets, "logs" | "logPolicy">,
): void {
  const { name, parent, app } = whole;
  const role = createServiceRole(whole, {
    id: "configuration",
    service: "config.amazonaws.com",
    managed: ["service-role/AWS_ConfigRole"],
  });
  const recorder = new Recorder(
    `${name}-recorder`,
    {
      name: app,
      roleArn: role.arn,
      recordingGroup: { allSupported: true, includeGlobalResourceTypes: true },
    },
    { parent, dependsOn: role.usable },
  );
  const channel = new DeliveryChannel(
    `${name}-channel`,
    { name: app, s3BucketName: logs.bucket.bucket, s3KeyPrefix: CONFIG_PREFIX },
    { parent, dependsOn: [recorder, logPolicy] },
  );
  new RecorderStatus(
    `${name}-recording`,
    { name: recorder.name, isEnabled: true },
    { parent, dependsOn: channel },
  );
}
