import * as pulumi from "@pulumi/pulumi";
import type { SettingsOf } from "../config.ts";
import type { WebAppArgs } from "./args.ts";
import { webCost } from "./cost.ts";
import { WebApp } from "./webApp.ts";

/** Declares what the settings of the target `web` ask for, and returns the stack's outputs. */
export function webTarget(settings: SettingsOf<"web">): Record<string, unknown> {
  const web = new WebApp("web", webArgs(settings, pulumi.getStack()));
  return {
    url: web.url,
    frontendBucket: web.frontendBucket,
    attachmentsBucket: web.attachmentsBucket,
    releasesBucket: web.releasesBucket,
    backupsBucket: web.backupsBucket,
    distributionId: web.distributionId,
    distributionDomain: web.distributionDomain,
    certificateArn: web.certificateArn,
    instanceId: web.instanceId,
    address: web.address,
    dataVolumeId: web.dataVolumeId,
    roleName: web.roleName,
    logGroup: web.logGroup,
    sessionSecretArn: web.sessionSecretArn,
    environment: web.environment,
    buildEnvironment: web.buildEnvironment,
    alarmTopicArns: web.alarmTopicArns,
    bounceTopicArn: web.bounceTopicArn,
    monthlyCost: webCost(settings),
  };
}

/** The component's arguments that a stack's settings mean. */
export function webArgs(settings: SettingsOf<"web">, environment: string): WebAppArgs {
  const { app, production, dataClass, region } = settings;
  const { usage: _, ...web } = settings.web;
  return { ...web, app, environment, dataClass, production, region: region! };
}
