import { ParameterGroup } from "@pulumi/aws/rds/parameterGroup.js";
import { databaseNameOf } from "../names.ts";
import type { HipaaWhole } from "../whole.ts";

const FAMILY = "postgres16";

/** These are read at the server's start only. */
const atStart = (name: string, value: string) => ({
  name,
  value,
  applyMethod: "pending-reboot",
});
const atOnce = (name: string, value: string) => ({ name, value, applyMethod: "immediate" });

/** What the server is told; what needs a start of the server is there from the first one on. */
export function createParameters(
  { name, parent, app, tags }: HipaaWhole,
  maxConnections: number,
): ParameterGroup {
  return new ParameterGroup(
    `${name}-parameters`,
    {
      name: databaseNameOf(app),
      family: FAMILY,
      description: `PostgreSQL of ${app}`,
      parameters: [
        atOnce("rds.force_ssl", "1"),
        // A migration to it, and one day from it, follows the log; to switch it on later would be an outage.
        atStart("rds.logical_replication", "1"),
        atStart("shared_preload_libraries", "pg_stat_statements,pgaudit"),
        atStart("max_connections", String(maxConnections)),
        atOnce("pgaudit.log", "ddl,role,write"),
        // The values in a statement may be health data.
        atOnce("pgaudit.log_parameter", "0"),
        atOnce("log_connections", "1"),
        atOnce("log_disconnections", "1"),
      ],
      tags,
    },
    { parent },
  );
}
