import type * as pulumi from "@pulumi/pulumi";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Instance as Database } from "@pulumi/aws/rds/instance.js";
import { ParameterGroup } from "@pulumi/aws/rds/parameterGroup.js";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import type { CheckedArgs } from "./check.ts";
import { databaseFacts } from "./names.ts";
import type { DatabaseEngine } from "./names.ts";
import type { WebNetwork } from "./network.ts";
import { webNameOf } from "./whole.ts";
import type { WebWhole } from "./whole.ts";

const USER = "app";
const NAME = "app";

/** What makes an engine refuse clients without TLS. */
const TLS_ONLY: Readonly<Record<DatabaseEngine, string>> = {
  postgres: "rds.force_ssl",
  mysql: "require_secure_transport",
};

export interface WebDatabase {
  readonly engine: DatabaseEngine;
  readonly host: pulumi.Output<string>;
  readonly port: number;
  readonly name: string;
  /** User and password, which RDS makes and exchanges every week: a reference, never the value. */
  readonly secretArn: pulumi.Output<string>;
}

export interface DatabaseParts {
  readonly network: WebNetwork;
  /** Who may connect. */
  readonly clientGroupId: pulumi.Input<string>;
}

/** Creates a database that only the machine reaches, over TLS, and whose password nobody has seen. */
export function createDatabase(
  whole: WebWhole,
  args: NonNullable<CheckedArgs["database"]>,
  { network, clientGroupId }: DatabaseParts,
): WebDatabase {
  const { name, parent, app, tags, protect } = whole;
  const { engine } = args;
  const { port, version, logs } = databaseFacts[engine];
  const engineVersion = args.engineVersion ?? version;
  const cloudName = webNameOf(whole);
  const subnets = new SubnetGroup(
    `${name}-database-subnets`,
    { name: cloudName, description: `Database of ${app}`, subnetIds: network.subnetIds, tags },
    { parent },
  );
  const database = new Database(
    `${name}-database`,
    {
      identifier: cloudName,
      engine,
      engineVersion,
      instanceClass: args.instanceClass,
      allocatedStorage: args.storageGiB,
      storageType: "gp3",
      storageEncrypted: true,
      dbName: NAME,
      username: USER,
      manageMasterUserPassword: true,
      dbSubnetGroupName: subnets.name,
      vpcSecurityGroupIds: [openTo(whole, { network, clientGroupId, port }).id],
      parameterGroupName: tlsOnly(whole, engine, engineVersion).name,
      publiclyAccessible: false,
      backupRetentionPeriod: args.backupRetentionDays,
      copyTagsToSnapshot: true,
      autoMinorVersionUpgrade: true,
      enabledCloudwatchLogsExports: [...logs],
      deletionProtection: protect,
      skipFinalSnapshot: !protect,
      ...(protect && { finalSnapshotIdentifier: `${cloudName}-final` }),
      tags,
    },
    { parent, protect },
  );
  const secretArn = database.masterUserSecrets.apply(([secret]) => secret!.secretArn);
  return { engine, host: database.address, port, name: NAME, secretArn };
}

function tlsOnly(whole: WebWhole, engine: DatabaseEngine, version: string): ParameterGroup {
  const { name, parent, app, tags } = whole;
  return new ParameterGroup(
    `${name}-database-parameters`,
    {
      name: `${webNameOf(whole)}-${engine}${version.replace(".", "-")}`,
      family: `${engine}${version}`,
      description: `Database of ${app}: TLS only`,
      parameters: [{ name: TLS_ONLY[engine], value: "1" }],
      tags,
    },
    { parent },
  );
}

function openTo(
  whole: WebWhole,
  { network, clientGroupId, port }: DatabaseParts & { readonly port: number },
): SecurityGroup {
  const { name, parent, app, tags } = whole;
  const cloudName = `${webNameOf(whole)}-database`;
  const group = new SecurityGroup(
    `${name}-database-security-group`,
    {
      name: cloudName,
      description: `Database of ${app}: its machine only`,
      vpcId: network.vpcId,
      tags: { ...tags, Name: cloudName },
    },
    { parent },
  );
  new SecurityGroupIngressRule(
    `${name}-database-from-machine`,
    {
      securityGroupId: group.id,
      referencedSecurityGroupId: clientGroupId,
      description: "The machine",
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      tags,
    },
    { parent },
  );
  return group;
}
