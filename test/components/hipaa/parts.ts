import * as pulumi from "@pulumi/pulumi";
import type {
  HipaaBuckets,
  HipaaBucketsArgs,
} from "../../../components/hipaa/data/hipaaBuckets.ts";
import type { HipaaApplicationArgs } from "../../../components/hipaa/applicationArgs.ts";
import type { HipaaNetworkArgs } from "../../../components/hipaa/network/args.ts";
import type { HipaaWatchArgs } from "../../../components/hipaa/watch/hipaaWatch.ts";
import type { MockCloud } from "../../support/mocks.ts";

export const owner = {
  app: "acme",
  environment: "test",
  dataClass: "phi",
  region: "ca-central-1",
} as const;

const key = (id: string) => ({
  arn: pulumi.output(`arn:aws:kms:ca-central-1:123456789012:key/${id}`),
  usable: [],
});
export const keys = { data: key("data"), secrets: key("secrets"), logs: key("logs") };

const ids = (tier: string) => ["a", "b"].map((zone) => pulumi.output(`subnet-${tier}-${zone}`));
export const network = {
  vpcId: pulumi.output("vpc-1"),
  subnetIds: {
    public: ids("public"),
    application: ids("application"),
    database: ids("database"),
    cache: ids("cache"),
  },
  groupIds: {
    balancer: pulumi.output("sg-balancer"),
    application: pulumi.output("sg-application"),
    database: pulumi.output("sg-database"),
    cache: pulumi.output("sg-cache"),
  },
};

type Opts = pulumi.ComponentResourceOptions;

/** Builds each component of the target, with arguments that are right and changes to them. */
export const build = {
  async keys(opts: Opts, name = "other") {
    const { HipaaKeys } = await import("../../../components/hipaa/keys/hipaaKeys.ts");
    return new HipaaKeys(name, owner, opts);
  },
  async topic(opts: Opts) {
    const { HipaaTopic } = await import("../../../components/hipaa/watch/hipaaTopic.ts");
    return new HipaaTopic(
      "other",
      { ...owner, email: "ops@acme.example", logsKey: keys.logs },
      opts,
    );
  },
  async network(opts: Opts, changes: Partial<HipaaNetworkArgs> = {}) {
    const { HipaaNetwork } = await import("../../../components/hipaa/network/hipaaNetwork.ts");
    const args = { ...owner, network: { create: {} }, logsKey: keys.logs, ...changes };
    return new HipaaNetwork("other", args, opts);
  },
  async buckets(
    opts: Opts,
    name = "other",
    changes: Partial<HipaaBucketsArgs> = {},
  ): Promise<HipaaBuckets> {
    const { HipaaBuckets } = await import("../../../components/hipaa/data/hipaaBuckets.ts");
    return new HipaaBuckets(name, { ...owner, dataKeyArn: keys.data.arn, ...changes }, opts);
  },
  async database(opts: Opts) {
    const { HipaaDatabase } = await import("../../../components/hipaa/data/hipaaDatabase.ts");
    return new HipaaDatabase(
      "other",
      {
        ...owner,
        database: { name: "validator" },
        subnetIds: network.subnetIds.database,
        securityGroupId: network.groupIds.database,
        keys,
      },
      opts,
    );
  },
  async secrets(opts: Opts) {
    const { HipaaSecrets } = await import("../../../components/hipaa/data/hipaaSecrets.ts");
    return new HipaaSecrets(
      "other",
      {
        ...owner,
        secretsKeyArn: keys.secrets.arn,
        database: { host: "db.test", port: 5432, name: "validator" },
        cache: { host: "cache.test", port: 6379, authToken: pulumi.secret("token-0123456789") },
        buckets: { uploads: "acme-uploads", backups: "acme-backups" },
      },
      opts,
    );
  },
  async application(opts: Opts, changes: Partial<HipaaApplicationArgs> = {}) {
    const { HipaaApplication } = await import("../../../components/hipaa/hipaaApplication.ts");
    const args: HipaaApplicationArgs = {
      ...owner,
      serving: true,
      network,
      keys,
      buckets: await build.buckets({}, "unseen"),
      secretArns: ["arn:aws:secretsmanager:ca-central-1:123456789012:secret:acme/database/rds"],
      topicArn: "arn:aws:sns:ca-central-1:123456789012:acme-alarms",
      certificate: { create: { validation: "DNS" } },
      domain: { name: "app.acme.example", zone: { id: "Z0ACME", name: "acme.example" } },
      deployer: {
        repository: "acme/validator",
        environment: "production",
        identityProvider: { create: true },
      },
      ...changes,
    };
    return new HipaaApplication("other", args, opts);
  },
  async audit(opts: Opts) {
    const { HipaaAudit } = await import("../../../components/hipaa/audit/hipaaAudit.ts");
    const buckets = await build.buckets({}, "unseen");
    const account = { configRecorder: true, threatDetection: true };
    return new HipaaAudit("other", { ...owner, logsKey: keys.logs, buckets, account }, opts);
  },
  async watch(opts: Opts, changes: Partial<HipaaWatchArgs> = {}) {
    const { HipaaWatch } = await import("../../../components/hipaa/watch/hipaaWatch.ts");
    return new HipaaWatch(
      "other",
      {
        ...owner,
        watched: {
          groupName: "acme",
          balancerId: "app/acme/1",
          targetGroupId: "targetgroup/acme/1",
          databaseId: "acme-database",
          cacheGroupId: "acme-redis-encrypted",
        },
        topicArn: "arn:aws:sns:ca-central-1:123456789012:acme-alarms",
        ...changes,
      },
      opts,
    );
  },
};

/** What the cloud says to a target whose zone and account are right. */
export function answerForHipaa({ answers, states }: MockCloud): void {
  answers["aws:route53/getZone:getZone"] = { name: "acme.example", privateZone: false };
  answers["aws:index/getCallerIdentity:getCallerIdentity"] = { accountId: "123456789012" };
  states["aws:kms/key:Key"] = ({ description }) => ({
    arn: `arn:aws:kms:ca-central-1:123456789012:key/${String(description)}`,
    keyId: "new",
  });
  states["aws:acm/certificate:Certificate"] = () => ({
    arn: "arn:aws:acm:ca-central-1:123456789012:certificate/new",
    domainValidationOptions: [
      {
        resourceRecordName: "_proof.app.acme.example.",
        resourceRecordType: "CNAME",
        resourceRecordValue: "_secret.acm-validations.aws.",
      },
    ],
  });
}

const sample = (
  file: string,
  type: string,
  of: (opts: Opts) => Promise<pulumi.ComponentResource>,
) => ({
  file: `hipaa/${file}.ts`,
  type: `godwit:hipaa:${type}`,
  name: "other",
  build: of,
});

/** Each component with as many children as it can have. */
export const hipaaSamples = [
  sample("keys/hipaaKeys", "Keys", (opts) => build.keys(opts)),
  sample("watch/hipaaTopic", "Topic", (opts) => build.topic(opts)),
  sample("network/hipaaNetwork", "Network", (opts) => build.network(opts)),
  sample("data/hipaaBuckets", "Buckets", (opts) => build.buckets(opts)),
  sample("data/hipaaDatabase", "Database", (opts) => build.database(opts)),
  sample("data/hipaaSecrets", "Secrets", (opts) => build.secrets(opts)),
  sample("hipaaApplication", "Application", (opts) => build.application(opts)),
  sample("audit/hipaaAudit", "Audit", (opts) => build.audit(opts)),
  sample("watch/hipaaWatch", "Watch", (opts) => build.watch(opts)),
];
