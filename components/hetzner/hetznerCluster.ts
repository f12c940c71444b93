import * as pulumi from "@pulumi/pulumi";
import { ownershipTags } from "../tags.ts";
import { checkArgs } from "./args.ts";
import type { HetznerArgs } from "./args.ts";
import { ports } from "./defaults.ts";
import { environmentChange } from "./environment.ts";
import type { Environment, EnvironmentChange } from "./environment.ts";
import { createFirewalls } from "./firewalls.ts";
import { createMachines } from "./machines/index.ts";
import { planOf } from "./machines/plan.ts";
import type { Plan } from "./machines/plan.ts";
import { clusterManifests, secretManifests } from "./manifests/index.ts";
import { REDIS_PORT } from "./manifests/redis.ts";
import { AUTHORITIES } from "./manifests/workload.ts";
import { createLoadBalancer, createNetwork } from "./network.ts";
import { pointRecords } from "./records.ts";
import { createSecrets } from "./secrets.ts";
import type { ClusterSecrets } from "./secrets.ts";
import { createBuckets } from "./storage/buckets.ts";
import { bucketNames, storageHost } from "./storage/names.ts";
import type { BucketUse } from "./storage/names.ts";
import { createToken } from "./storage/token.ts";
import type { S3Credentials } from "./storage/token.ts";
import type { ClusterWhole } from "./whole.ts";

/** Name of the database within the cluster, and in its certificate. */
const DATABASE_HOST = "database.godwit.svc";

/** One machine of the cluster, as its administrators find it. */
export interface ClusterMachine {
  readonly name: string;
  readonly id: string;
  /** In the machines' own network. */
  readonly address: string;
  /** Where administrators reach it by WireGuard. */
  readonly tunnel: string;
}

/**
 * A Kubernetes cluster (K3s) on Hetzner's machines, with Postgres, Redis and monitoring, object storage in R2 and names
 * at Cloudflare: what an application of ECS, RDS, ElastiCache and S3 moves to.
 *
 * Creates: network, firewalls, a control plane and workers, a database machine with a volume that it encrypts, a load
 * balancer, three buckets with two tokens, records; and the manifests that are applied to the cluster.
 *
 * Touches on the source: nothing.
 *
 * Irreversible: destroying the volume, the buckets or the passphrases loses what is stored.
 *
 * Undo: destroy, once the application's names lead back to AWS.
 *
 * Cost: about 210 $ a month; see cost.ts.
 *
 * @example
 * new HetznerCluster("cluster", {
 *   app: "acme", environment: "production", dataClass: "phi", ...settings.hetzner,
 *   workloads: [{ name: "api", taskDefinition, replicas: 2, host: "api.acme.example" }], hcloudToken,
 * });
 */
export class HetznerCluster extends pulumi.ComponentResource {
  /** Where the application's names lead. */
  public readonly address: pulumi.Output<string>;
  /** Where administrators' tunnels go. */
  public readonly tunnelEndpoint: pulumi.Output<string>;
  public readonly machines: pulumi.Output<ClusterMachine[]>;
  public readonly volumeId: pulumi.Output<string>;
  public readonly buckets: pulumi.Output<Record<BucketUse, string>>;
  /** S3 interface of the buckets. */
  public readonly storageEndpoint: pulumi.Output<string>;
  /** What every workload is configured by; a secret. */
  public readonly environment: pulumi.Output<Environment>;
  /** What that changes, by workload: names only. */
  public readonly environmentChange: pulumi.Output<Record<string, EnvironmentChange>>;
  /** What is applied to the cluster: YAML by file name. */
  public readonly manifests: pulumi.Output<Record<string, string>>;
  /** What is applied before it; a secret. */
  public readonly secretManifests: pulumi.Output<string>;

  constructor(name: string, args: HetznerArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArgs(args);
    super("godwit:hetzner:HetznerCluster", name, {}, opts);
    const whole = describeWhole(name, this, args);
    const plan = planOf(args);

    const secrets = createSecrets(whole);
    const buckets = createBuckets(whole, args);
    const files = createToken(whole, args, "application", [buckets.uploads, buckets.assets]);
    const archive = createToken(whole, args, "database", [buckets.backups]);
    const network = createNetwork(whole, args);
    const firewalls = createFirewalls(whole, args.adminCidrs);
    const machines = createMachines(whole, args, plan, {
      network,
      firewalls,
      archive: {
        archiveHost: storageHost(args),
        archiveBucket: buckets.backups.name,
        backupDays: args.buckets.backupDays,
        hostname: DATABASE_HOST,
      },
    });
    const balancer = createLoadBalancer(whole, args, network, machines.serving);
    pointRecords(whole, args, balancer);

    this.address = balancer.ipv4;
    this.tunnelEndpoint = pulumi.interpolate`${machines.controlPlane.ipv4Address}:${ports.tunnel}`;
    this.machines = describeMachines(plan, machines);
    this.volumeId = machines.volume.id;
    this.buckets = pulumi.output(bucketNames(args));
    this.storageEndpoint = pulumi.output(`https://${storageHost(args)}`);
    this.environment = environmentOf(args, secrets, files);
    this.environmentChange = pulumi.output(changes(args));
    this.manifests = pulumi.output(clusterManifests(whole, args, plan));
    this.secretManifests = secretsOf(args, secrets, archive, this.environment);
    this.registerOutputs({
      address: this.address,
      tunnelEndpoint: this.tunnelEndpoint,
      machines: this.machines,
      volumeId: this.volumeId,
      buckets: this.buckets,
      storageEndpoint: this.storageEndpoint,
      environment: this.environment,
      environmentChange: this.environmentChange,
      manifests: this.manifests,
      secretManifests: this.secretManifests,
    });
  }
}

function describeWhole(name: string, parent: pulumi.Resource, args: HetznerArgs): ClusterWhole {
  const { app, environment, production = false } = args;
  const cloudName = `${app}-${environment}`;
  return { name, parent, cloudName, labels: ownershipTags(args), protect: production };
}

function describeMachines(
  plan: Plan,
  { controlPlane, workers, database }: ReturnType<typeof createMachines>,
): pulumi.Output<ClusterMachine[]> {
  const servers = [controlPlane, ...workers, database];
  const places = [plan.controlPlane, ...plan.workers, plan.database];
  return pulumi.all(
    servers.map(({ name, id }, index) => {
      const { address, tunnel } = places[index]!;
      return { name, id, address, tunnel };
    }),
  );
}

function environmentOf(
  args: HetznerArgs,
  { masterKey, databasePassword, redisPassword }: ClusterSecrets,
  { accessKeyId, secretAccessKey }: S3Credentials,
): pulumi.Output<Environment> {
  const buckets = bucketNames(args);
  const values = pulumi
    .all([masterKey, databasePassword, redisPassword, accessKeyId, secretAccessKey])
    .apply(([key, password, redis, keyId, secretKey]) => ({
      AWS_REGION: "auto",
      DATABASE_URL: `postgres://app:${password}@${DATABASE_HOST}:${ports.postgres}/app?sslmode=verify-full&sslrootcert=${AUTHORITIES}/database.crt`,
      ENCRYPTION_MASTER_KEY: key,
      R2_ACCESS_KEY_ID: keyId,
      R2_SECRET_ACCESS_KEY: secretKey,
      REDIS_URL: `rediss://:${redis}@redis.godwit.svc:${REDIS_PORT}`,
      S3_BUCKET: buckets.uploads,
      S3_BUCKET_ASSETS: buckets.assets,
      S3_BUCKET_BACKUPS: buckets.backups,
      S3_BUCKET_UPLOADS: buckets.uploads,
      S3_ENDPOINT: `https://${storageHost(args)}`,
    }));
  return pulumi.secret(values);
}

function changes({ workloads }: HetznerArgs): Record<string, EnvironmentChange> {
  return Object.fromEntries(
    workloads.map(({ name, taskDefinition }) => [name, environmentChange(taskDefinition)]),
  );
}

function secretsOf(
  { hcloudToken }: HetznerArgs,
  secrets: ClusterSecrets,
  archive: S3Credentials,
  environment: pulumi.Output<Environment>,
): pulumi.Output<string> {
  const { volumePassphrase, databasePassword, archivePassphrase } = secrets;
  const { podVolumePassphrase, redisPassword, grafanaPassword } = secrets;
  const database = {
    passphrase: volumePassphrase,
    password: databasePassword,
    archivePassphrase,
    archiveAccessKeyId: archive.accessKeyId,
    archiveSecretAccessKey: archive.secretAccessKey,
  };
  const given = { hcloudToken, podVolumePassphrase, redisPassword, grafanaPassword, database };
  return pulumi.secret(
    pulumi
      .all([pulumi.output(given), environment])
      .apply(([values, applied]) => secretManifests({ ...values, environment: applied })),
  );
}
