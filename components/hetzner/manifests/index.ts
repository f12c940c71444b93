import type { HetznerArgs } from "../args.ts";
import type { Environment } from "../environment.ts";
import type { Plan } from "../machines/plan.ts";
import type { ClusterWhole } from "../whole.ts";
import { APPLICATION, MONITORING, render, secret, SYSTEM } from "./manifest.ts";
import { GRAFANA_AUTH, monitoringManifests } from "./monitoring.ts";
import { platformManifests, platformSecrets } from "./platform.ts";
import { REDIS_AUTH, redisManifests } from "./redis.ts";
import { ENVIRONMENT, workloadManifests } from "./workload.ts";

/** What is applied to the cluster, without a secret: YAML by file name, in the order of the names. */
export function clusterManifests(
  { cloudName }: Pick<ClusterWhole, "cloudName">,
  args: Pick<
    HetznerArgs,
    "network" | "location" | "acmeEmail" | "alertWebhook" | "workloads" | "database"
  >,
  plan: Plan,
): Record<string, string> {
  const { network, location, acmeEmail, alertWebhook, workloads } = args;
  const { subnet } = network;
  const databaseAddress = plan.database.address;
  const machines = [plan.controlPlane, ...plan.workers, plan.database];
  const addresses = machines.map(({ address }) => address);
  const platform = { network: cloudName, location, subnet, acmeEmail, databaseAddress };
  const database = { address: databaseAddress, volumeGb: args.database.volumeGb };
  const monitored = { title: cloudName, machines: addresses, database, alertWebhook };
  return {
    "1-platform.yaml": render(platformManifests(platform)),
    "2-redis.yaml": render(redisManifests()),
    "3-monitoring.yaml": render(monitoringManifests(monitored)),
    ...Object.fromEntries(
      workloads.map((workload) => [`4-${workload.name}.yaml`, render(workloadManifests(workload))]),
    ),
  };
}

/** Values that the cluster is given. */
export interface ClusterValues {
  readonly hcloudToken: string;
  readonly podVolumePassphrase: string;
  readonly redisPassword: string;
  readonly grafanaPassword: string;
  readonly environment: Environment;
  /** For the database machine, which takes them through the tunnel. */
  readonly database: {
    readonly passphrase: string;
    readonly password: string;
    readonly archivePassphrase: string;
    readonly archiveAccessKeyId: string;
    readonly archiveSecretAccessKey: string;
  };
}

/** The secrets, as YAML with the namespaces they are in: applied before everything else. */
export function secretManifests(values: ClusterValues): string {
  const { database } = values;
  const namespaces = [APPLICATION, MONITORING].map((name) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name },
  }));
  return render([
    ...namespaces,
    secret(SYSTEM, platformSecrets.hcloud, { token: values.hcloudToken }),
    secret(SYSTEM, platformSecrets.volumes, {
      "encryption-passphrase": values.podVolumePassphrase,
    }),
    secret(APPLICATION, "database", {
      "volume-passphrase": database.passphrase,
      "app-password": database.password,
      "archive-passphrase": database.archivePassphrase,
      "archive-access-key-id": database.archiveAccessKeyId,
      "archive-secret-access-key": database.archiveSecretAccessKey,
    }),
    secret(APPLICATION, REDIS_AUTH, {
      password: values.redisPassword,
      "auth.conf": `requirepass ${values.redisPassword}\n`,
    }),
    secret(APPLICATION, ENVIRONMENT, values.environment),
    secret(MONITORING, GRAFANA_AUTH, { password: values.grafanaPassword }),
  ]);
}
