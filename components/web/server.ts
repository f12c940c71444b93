import * as pulumi from "@pulumi/pulumi";
import type { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import type { Volume } from "@pulumi/aws/ebs/volume.js";
import type { Eip } from "@pulumi/aws/ec2/eip.js";
import type { Instance } from "@pulumi/aws/ec2/instance.js";
import type { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import type { WebBuckets } from "./buckets.ts";
import type { CheckedArgs } from "./check.ts";
import { createDatabase } from "./database.ts";
import { createDoors } from "./doors.ts";
import { applicationEnvironment } from "./environment.ts";
import type { Mail } from "./mail.ts";
import { createAddress, createDataVolume, createMachine } from "./machine.ts";
import { apiDomainOf } from "./names.ts";
import { resolveNetwork } from "./network.ts";
import { createRole } from "./role.ts";
import type { WebRole } from "./role.ts";
import { createSessionSecret } from "./sessionSecret.ts";
import { webUserData } from "./userData.ts";
import type { WebWhole } from "./whole.ts";

export interface ServerParts {
  readonly buckets: WebBuckets;
  readonly mail: Mail | undefined;
  readonly logs: LogGroup;
  readonly url: string;
}

/** The machine and what is about it. */
export interface Server {
  readonly machine: Instance;
  readonly address: Eip;
  readonly data: Volume;
  readonly role: WebRole;
  readonly sessionSecret: Secret;
  /** What the application is told. */
  readonly environment: pulumi.Output<Record<string, string>>;
}

/** Creates the machine with its network, role, secret and volume, and the database where one is asked for. */
export function createServer(whole: WebWhole, args: CheckedArgs, parts: ServerParts): Server {
  const { buckets, mail, logs, url } = parts;
  const network = resolveNetwork(whole, args);
  const doors = createDoors(whole, network.vpcId);
  const database =
    args.database && createDatabase(whole, args.database, { network, clientGroupId: doors.id });
  const sessionSecret = createSessionSecret(whole);
  const role = createRole(whole, {
    attachments: buckets.attachments.bucket.arn,
    releases: buckets.releases.bucket.arn,
    backups: buckets.backups.bucket.arn,
    logGroup: logs.arn,
    secrets: [sessionSecret.arn, ...(database ? [database.secretArn] : [])],
    mail: mail && { arns: mail.arns, from: mail.from },
  });
  const environment = applicationEnvironment({
    region: whole.region,
    url,
    port: args.port,
    attachments: buckets.attachments.bucket.bucket,
    mail,
    database,
  });
  const data = createDataVolume(whole, args, network);
  const address = createAddress(whole);
  const userData = userDataOf(whole, args, { ...parts, data, sessionSecret, environment });
  const machine = createMachine(whole, args, {
    network,
    securityGroupId: doors.id,
    role,
    data,
    address,
    userData,
  });
  return { machine, address, data, role, sessionSecret, environment };
}

function userDataOf(
  { app, region }: WebWhole,
  args: CheckedArgs,
  parts: ServerParts & Pick<Server, "data" | "sessionSecret" | "environment">,
): pulumi.Output<string> {
  const { buckets, logs, data, sessionSecret, environment } = parts;
  return pulumi
    .output({
      dataVolumeId: data.id,
      releasesBucket: buckets.releases.bucket.bucket,
      backupsBucket: buckets.backups.bucket.bucket,
      sessionSecretArn: sessionSecret.arn,
      logGroup: logs.name,
      environment,
    })
    .apply((known) => {
      const { port, script, healthPath } = args;
      const apiDomain = apiDomainOf(args);
      return webUserData({ app, apiDomain, port, script, healthPath, region, ...known });
    });
}
