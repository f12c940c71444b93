import { randomBytes } from "node:crypto";
import { number, text } from "../properties.ts";
import { AwsError, type Part, type Properties, type World } from "../world.ts";
import { keptKind, type Kept } from "./keptKind.ts";

/** The newest minor version of each major one that the service offers. */
const VERSIONS: Readonly<Record<string, string>> = { "15": "15.10", "16": "16.6", "17": "17.2" };

/** PostgreSQL instances without a server behind them, and the replication of their backups to another region. */
export function createRds({ account }: World): Part {
  const instances = instanceKind((resource) => account.arn("rds", resource), account.region);
  const replications = keptKind({
    type: "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
    replaceOn: ["sourceDbInstanceArn", "kmsKeyId", "region", "retentionPeriod"],
    actions: { create: "rds:StartDBInstanceAutomatedBackupsReplication" },
    make: (inputs) => ({ id: replicated(instances, inputs, account.region), outputs: {} }),
  });
  return { kinds: [instances.kind, replications.kind] };
}

function instanceKind(arn: (resource: string) => string, region: string): Kept {
  const kept: Kept = keptKind({
    type: "aws:rds/instance:Instance",
    replaceOn: ["identifier", "engine", "dbName", "username", "storageEncrypted", "kmsKeyId"],
    actions: {
      create: "rds:CreateDBInstance",
      update: "rds:ModifyDBInstance",
      delete: "rds:DeleteDBInstance",
    },
    make(inputs) {
      const name = text(inputs, "identifier") ?? "";
      if ([...kept.resources.values()].some((other) => other["identifier"] === name)) {
        throw new AwsError("DBInstanceAlreadyExists", "DB instance already exists");
      }
      const address = `${name}.c${randomBytes(6).toString("hex")}.${region}.rds.amazonaws.com`;
      return {
        id: `db-${randomBytes(13).toString("hex").toUpperCase()}`,
        outputs: {
          arn: arn(`db:${name}`),
          address,
          endpoint: `${address}:${number(inputs, "port") ?? 5432}`,
          status: "available",
          masterUserSecrets: secretsOf(inputs, name, region),
          ...versionOf(inputs),
        },
      };
    },
    change: (inputs) => versionOf(inputs),
    remove(_id, state) {
      if (state["deletionProtection"] !== true) return;
      const message =
        "Cannot delete protected DB Instance, please disable deletion protection and try again.";
      throw new AwsError("InvalidParameterCombination", message);
    },
  });
  return kept;
}

function versionOf(inputs: Properties): Properties {
  const asked = text(inputs, "engineVersion") ?? "16";
  const newest = VERSIONS[asked.split(".")[0] ?? ""];
  if (newest === undefined) {
    const message = `Cannot find version ${asked} for postgres`;
    throw new AwsError("InvalidParameterCombination", message);
  }
  return { engineVersionActual: asked.includes(".") ? asked : newest };
}

/** The password that the service makes itself is nowhere here. */
function secretsOf(inputs: Properties, name: string, region: string): Properties[] {
  if (inputs["manageMasterUserPassword"] !== true) return [];
  const kmsKeyId = text(inputs, "masterUserSecretKmsKeyId") ?? "";
  const account = kmsKeyId.split(":")[4] ?? "";
  const secretArn = `arn:aws:secretsmanager:${region}:${account}:secret:rds!db-${name}`;
  return [{ kmsKeyId, secretArn, secretStatus: "active" }];
}

function replicated(instances: Kept, inputs: Properties, region: string): string {
  const source = text(inputs, "sourceDbInstanceArn") ?? "";
  const found = [...instances.resources.values()].find(({ arn }) => arn === source);
  if (!found) throw new AwsError("DBInstanceNotFound", `DBInstance ${source} not found.`, 404);
  const there = text(inputs, "region") ?? region;
  if (there === region) {
    const message = "Automated backups cannot be replicated to the instance's own region.";
    throw new AwsError("InvalidParameterValue", message);
  }
  return source.replace(`:${region}:`, `:${there}:`).replace(":db:", ":auto-backup:ab-");
}
