import * as pulumi from "@pulumi/pulumi";
import type { SettingsOf } from "../config.ts";
import { AssetsCdn } from "./assetsCdn.ts";
import type { AssetsCdnArgs } from "./args.ts";
import { cdnCost } from "./cost.ts";

/** Declares what the settings of the target `cdn` ask for, and returns the stack's outputs. */
export function cdnTarget(settings: SettingsOf<"cdn">): Record<string, unknown> {
  const cdn = new AssetsCdn("cdn", cdnArgs(settings, pulumi.getStack()));
  return {
    url: cdn.url,
    bucket: cdn.bucket,
    archiveBucket: cdn.archiveBucket,
    logBucket: cdn.logBucket,
    distributionId: cdn.distributionId,
    distributionDomain: cdn.distributionDomain,
    certificateArn: cdn.certificateArn,
    writerRoleArn: cdn.writerRoleArn,
    oldPathsArn: cdn.oldPathsArn,
    alarmTopicArns: cdn.alarmTopicArns,
    environment: cdn.environment,
    contentSecurityPolicy: cdn.contentSecurityPolicy,
    monthlyCost: cdnCost(settings),
  };
}

/** The component's arguments that a stack's settings mean. */
export function cdnArgs(settings: SettingsOf<"cdn">, environment: string): AssetsCdnArgs {
  const { app, production, dataClass, region } = settings;
  const { usage: _, ...cdn } = settings.cdn;
  return { ...cdn, app, environment, dataClass, production, region: region! };
}
