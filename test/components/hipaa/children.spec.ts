import { expect } from "chai";
import type * as pulumi from "@pulumi/pulumi";
import { matrix } from "../../../components/hipaa/network/securityGroups.ts";
import { MockCloud } from "../../support/mocks.ts";
import { rejection } from "../../support/rejection.ts";
import type { Declared } from "../../support/mocks.ts";
import { answerForHipaa, build } from "./parts.ts";

const bucket = (id: string) => [
  `aws:s3/bucket:Bucket other-${id}`,
  `aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock other-${id}-access-block`,
  `aws:s3/bucketOwnershipControls:BucketOwnershipControls other-${id}-ownership`,
  `aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration other-${id}-encryption`,
  `aws:s3/bucketVersioning:BucketVersioning other-${id}-versioning`,
  `aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration other-${id}-lifecycle`,
  `aws:s3/bucketPolicy:BucketPolicy other-${id}-policy`,
];
const role = (id: string, ...managed: string[]) => [
  `aws:iam/role:Role other-${id}-role`,
  ...managed.map((name) => `aws:iam/rolePolicyAttachment:RolePolicyAttachment other-${id}-${name}`),
];
const ownRole = (id: string, ...managed: string[]) => [
  ...role(id, ...managed, "rights-attachment"),
  `aws:iam/policy:Policy other-${id}-rights`,
];
const group = "aws:cloudwatch/logGroup:LogGroup";
const tiers = ["public", "application", "database", "cache"];
const zones = ["a", "b"];

describe("components of the target hipaa", () => {
  const cloud = new MockCloud();
  before(() => cloud.install());
  beforeEach(() => {
    cloud.reset();
    answerForHipaa(cloud);
  });

  async function declare(
    of: (opts: pulumi.ComponentResourceOptions) => Promise<unknown>,
  ): Promise<Declared[]> {
    await of({ transformations: [cloud.watch] });
    return (await cloud.declared()).slice(1);
  }
  const listed = (declared: readonly Declared[]) =>
    declared.map(({ type, name }) => `${type} ${name}`);
  const one = (declared: readonly Declared[], name: string) => {
    const found = declared.filter((each) => each.name === name);
    expect(found, name).to.have.length(1);
    return found[0]!.inputs;
  };

  it("keys: one a class of data, each changed every year", async () => {
    const declared = await declare(build.keys);
    const key = (id: string) => [
      `aws:kms/key:Key other-${id}`,
      `aws:kms/alias:Alias other-${id}-alias`,
      `aws:kms/keyPolicy:KeyPolicy other-${id}-policy`,
    ];
    expect(listed(declared)).to.have.members(["health-data", "secrets", "logs"].flatMap(key));
    const keys = declared.filter(({ type }) => type === "aws:kms/key:Key");
    expect(keys.map(({ inputs }) => inputs["enableKeyRotation"])).to.deep.equal([true, true, true]);
  });

  it("network: four tiers in two zones, a NAT gateway a zone, endpoints, flow logs", async () => {
    const declared = await declare(build.network);
    const vpcParts = [
      "aws:ec2/vpc:Vpc other-vpc",
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup other-default-group",
      "aws:ec2/internetGateway:InternetGateway other-gateway",
      ...tiers.flatMap((tier) =>
        zones.map((zone) => `aws:ec2/subnet:Subnet other-${tier}-${zone}`),
      ),
    ];
    const table = (id: string, subnets: number) => [
      `aws:ec2/routeTable:RouteTable other-${id}-routes`,
      ...Array.from(
        { length: subnets },
        (_, i) => `aws:ec2/routeTableAssociation:RouteTableAssociation other-${id}-routes-${i + 1}`,
      ),
    ];
    const ways = zones.flatMap((zone) => [
      `aws:ec2/eip:Eip other-nat-${zone}-address`,
      `aws:ec2/natGateway:NatGateway other-nat-${zone}`,
      `aws:ec2/route:Route other-application-${zone}-out`,
      ...table(`application-${zone}`, 1),
    ]);
    const rules = matrix.map(({ in: of, side, port }) => {
      const type = side === "ingress" ? "SecurityGroupIngressRule" : "SecurityGroupEgressRule";
      return `aws:vpc/s${type.slice(1)}:${type} other-${of}-${side}-${port}`;
    });
    const groups = ["balancer", "application", "database", "cache", "endpoints"];
    expect(listed(declared)).to.have.members([
      ...vpcParts,
      "aws:ec2/route:Route other-public-out",
      ...table("public", 2),
      ...table("data", 4),
      ...ways,
      ...groups.map((id) => `aws:ec2/securityGroup:SecurityGroup other-${id}-group`),
      ...rules,
      ...["s3", "secretsmanager", "kms"].map(
        (id) => `aws:ec2/vpcEndpoint:VpcEndpoint other-to-${id}`,
      ),
      `${group} other-flow-logs`,
      ...ownRole("flow-logs"),
      "aws:ec2/flowLog:FlowLog other-flow-log",
    ]);
    const ranges = declared
      .filter(({ type }) => type === "aws:ec2/subnet:Subnet")
      .map(
        ({ name, inputs }) =>
          `${name} ${String(inputs["cidrBlock"])} ${String(inputs["availabilityZone"])}`,
      );
    expect(ranges[0]).to.equal("other-public-a 10.0.0.0/20 ca-central-1a");
    expect(ranges.at(-1)).to.equal("other-cache-b 10.0.208.0/20 ca-central-1b");
    expect(new Set(ranges.map((each) => each.split(" ")[1])).size).to.equal(8);
  });

  it("who may talk to whom is the requirement's matrix, without a way in for administrators", () => {
    const said = matrix.map(({ in: of, side, port, other }) => `${of} ${side} ${port} ${other}`);
    expect(said).to.deep.equal([
      "balancer ingress 443 everywhere",
      "balancer ingress 80 everywhere",
      "balancer egress 5000 application",
      "application ingress 5000 balancer",
      "application egress 5432 database",
      "application egress 6379 cache",
      "application egress 443 everywhere",
      "database ingress 5432 application",
      "cache ingress 6379 application",
    ]);
  });

  it("an existing network gets security groups only, and is looked at", async () => {
    const existing = {
      vpcId: "vpc-0acme",
      publicSubnetIds: ["subnet-1", "subnet-2"],
      applicationSubnetIds: ["subnet-1", "subnet-2"],
      databaseSubnetIds: ["subnet-1", "subnet-2"],
      cacheSubnetIds: ["subnet-1", "subnet-2"],
    };
    const declared = await declare((opts) => build.network(opts, { network: { existing } }));
    const kinds = new Set(declared.map(({ type }) => type.split(":")[2]));
    expect([...kinds]).to.have.members([
      "SecurityGroup",
      "SecurityGroupIngressRule",
      "SecurityGroupEgressRule",
    ]);
    expect(cloud.calls.filter(({ token }) => /getSubnet$/.test(token))).to.have.length(8);
  });

  const bucketIds = ["uploads", "backups", "deployments", "logs"];
  const fourBuckets = [
    ...bucketIds.flatMap(bucket),
    ...bucketIds.slice(0, 3).map((id) => `aws:s3/bucketLogging:BucketLogging other-${id}-logging`),
  ];

  it("buckets: four, the others' access logged in the last, all but it under our key", async () => {
    const ids = bucketIds;
    const declared = await declare((opts) => build.buckets(opts));
    expect(listed(declared)).to.have.members([
      ...fourBuckets,
      ...bucket("uploads-copy"),
      ...bucket("backups-copy"),
      "aws:kms/key:Key other-copies-key",
      ...ownRole("copier"),
      ...["uploads", "backups"].map(
        (id) => `aws:s3/bucketReplicationConfig:BucketReplicationConfig other-${id}-replication`,
      ),
    ]);
    const encryption = (id: string) => JSON.stringify(one(declared, `other-${id}-encryption`));
    for (const id of ids.slice(0, 3)) expect(encryption(id), id).to.include("aws:kms");
    expect(encryption("logs")).to.include("AES256");
    expect(one(declared, "other-uploads")["bucket"]).to.equal("acme-uploads-test-123456789012");
    expect(JSON.stringify(one(declared, "other-backups-lifecycle"))).to.include(
      "INTELLIGENT_TIERING",
    );
  });

  it("files with health data are copied into the other Canadian region, under a key there", async () => {
    const declared = await declare((opts) => build.buckets(opts));
    const there = declared.filter(({ inputs }) => inputs["region"] === "ca-west-1");
    expect(listed(there)).to.have.members([
      ...bucket("uploads-copy"),
      ...bucket("backups-copy"),
      "aws:kms/key:Key other-copies-key",
    ]);
    const { rules, role } = one(declared, "other-uploads-replication");
    expect(role).to.match(/other-copier-role$/);
    const [rule] = rules as [Record<string, unknown>];
    expect(rule).to.deep.include({
      status: "Enabled",
      filter: { prefix: "" },
      deleteMarkerReplication: { status: "Enabled" },
      sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
    });
    expect(JSON.stringify(rule["destination"])).to.match(
      /other-uploads-copy".*"replicaKmsKeyId":"arn:aws:kms:[^"]+files, replicated from ca-central-1"/,
    );
    expect(one(declared, "other-uploads-copy")["bucket"]).to.equal(
      "acme-uploads-copy-test-123456789012",
    );
  });

  it("files are not copied where that is turned off", async () => {
    const declared = await declare((opts) =>
      build.buckets(opts, "other", { replicateFiles: false }),
    );
    expect(listed(declared)).to.have.members(fourBuckets);
  });

  it("buckets are refused for a stack whose name no bucket can have", async () => {
    const refused = await rejection(build.buckets({}, "refused", { environment: "Prod_1" }));
    expect((refused as Error).message).to.include("stack's name Prod_1");
  });

  it("database: in two zones, encrypted, TLS only, audited, its backups in the other region", async () => {
    const declared = await declare(build.database);
    expect(listed(declared)).to.have.members([
      `${group} other-postgresql-log`,
      `${group} other-upgrade-log`,
      ...role("database-monitoring", "AmazonRDSEnhancedMonitoringRole"),
      "aws:rds/subnetGroup:SubnetGroup other-subnets",
      "aws:rds/parameterGroup:ParameterGroup other-parameters",
      "aws:rds/instance:Instance other-instance",
      "aws:kms/key:Key other-recovery-key",
      "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication other-recovery",
    ]);
    expect(one(declared, "other-instance")).to.include({
      multiAz: true,
      storageEncrypted: true,
      publiclyAccessible: false,
      deletionProtection: true,
      backupRetentionPeriod: 15,
      manageMasterUserPassword: true,
      autoMinorVersionUpgrade: true,
      monitoringInterval: 60,
      skipFinalSnapshot: false,
    });
    expect(one(declared, "other-instance")).not.to.have.property("password");
    expect(one(declared, "other-recovery")).to.include({
      region: "ca-west-1",
      retentionPeriod: 15,
    });
    const { parameters } = one(declared, "other-parameters") as {
      parameters: { name: string; value: string }[];
    };
    const set = Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
    expect(set).to.include({
      "rds.force_ssl": "1",
      "rds.logical_replication": "1",
      "pgaudit.log_parameter": "0",
      max_connections: "400",
    });
  });

  it("secrets: five with their fields; those that only people know have no value", async () => {
    const declared = await declare(build.secrets);
    const secrets = declared.filter(({ type }) => type.endsWith(":Secret"));
    expect(secrets.map(({ inputs }) => inputs["name"])).to.have.members([
      "acme/database/rds",
      "acme/redis/elasticache",
      "acme/s3/bucket-name",
      "acme/auth0/credentials",
      "acme/phi/redaction-salt",
    ]);
    const values = declared.filter(({ type }) => type.endsWith(":SecretVersion"));
    expect(values).to.have.length(3);
    for (const { name, secretInputs } of values) {
      expect(secretInputs, name).to.include("secretString");
    }
    const value = JSON.parse(
      String(one(declared, "other-database-rds-value")["secretString"]),
    ) as object;
    expect(value).to.have.all.keys("username", "password", "engine", "host", "port", "dbname");
    expect(one(declared, "other-database-password")["length"]).to.be.at.least(20);
  });
});
