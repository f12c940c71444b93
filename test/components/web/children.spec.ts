import { expect } from "chai";
import type { WebAppArgs } from "../../../components/web/args.ts";
import type { Declared } from "../../support/mocks.ts";
import { TAGS, WebUnderTest } from "./webUnderTest.ts";

const bucket = (id: string) => [
  `aws:s3/bucket:Bucket web-${id}`,
  `aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock web-${id}-access-block`,
  `aws:s3/bucketOwnershipControls:BucketOwnershipControls web-${id}-ownership`,
  `aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration web-${id}-encryption`,
  `aws:s3/bucketVersioning:BucketVersioning web-${id}-versioning`,
  `aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration web-${id}-lifecycle`,
  `aws:s3/bucketPolicy:BucketPolicy web-${id}-policy`,
];
const CERTIFICATE = [
  "aws:acm/certificate:Certificate web-certificate",
  "aws:route53/record:Record web-certificate-record",
  "aws:acm/certificateValidation:CertificateValidation web-certificate-validation",
];
const EDGE = [
  "aws:cloudfront/originAccessControl:OriginAccessControl web-access-control",
  "aws:cloudfront/function:Function web-single-page",
  "aws:cloudfront/distribution:Distribution web-distribution",
  "aws:route53/record:Record web-record-a",
  "aws:route53/record:Record web-record-aaaa",
];
const NETWORK = [
  "aws:ec2/vpc:Vpc web-vpc",
  "aws:ec2/internetGateway:InternetGateway web-gateway",
  "aws:ec2/routeTable:RouteTable web-routes",
  ...[1, 2].flatMap((number) => [
    `aws:ec2/subnet:Subnet web-subnet-${number}`,
    `aws:ec2/routeTableAssociation:RouteTableAssociation web-subnet-${number}-routes`,
  ]),
];
const MACHINE = [
  "aws:ec2/securityGroup:SecurityGroup web-security-group",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule web-https",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule web-http",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule web-out",
  "random:index/randomPassword:RandomPassword web-session-secret-value",
  "aws:secretsmanager/secret:Secret web-session-secret",
  "aws:secretsmanager/secretVersion:SecretVersion web-session-secret-version",
  "aws:iam/role:Role web-role",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment web-sessions",
  "aws:iam/rolePolicy:RolePolicy web-rights",
  "aws:iam/instanceProfile:InstanceProfile web-profile",
  "aws:ebs/volume:Volume web-data",
  "aws:ec2/eip:Eip web-address",
  "aws:ec2/instance:Instance web-machine",
  "aws:ec2/eipAssociation:EipAssociation web-address-machine",
  "aws:ec2/volumeAttachment:VolumeAttachment web-data-machine",
  "aws:route53/record:Record web-api-record",
  "aws:cloudwatch/logGroup:LogGroup web-logs",
];
const WATCHING = [
  ...["hardware", "system", "disk", "memory", "health", "errors"].map(
    (id) => `aws:cloudwatch/metricAlarm:MetricAlarm web-alarm-${id}`,
  ),
  "aws:route53/healthCheck:HealthCheck web-health",
  "aws:budgets/budget:Budget web-budget",
];
const TOPIC = [
  "aws:sns/topic:Topic web-web-edge-topic",
  "aws:sns/topicSubscription:TopicSubscription web-web-edge-email",
];
const MAIL = [
  "aws:sesv2/configurationSet:ConfigurationSet web-mail",
  "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination web-mail-returned",
  "aws:sesv2/emailIdentity:EmailIdentity web-mail-identity",
  "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes web-mail-from",
  ...["dkim-1", "dkim-2", "dkim-3", "bounce-mx", "bounce-spf", "dmarc"].map(
    (id) => `aws:route53/record:Record web-${id}`,
  ),
];
const RETURNED = [
  "aws:sns/topic:Topic web-returned-topic",
  "aws:sns/topicPolicy:TopicPolicy web-returned-policy",
  "aws:sns/topicSubscription:TopicSubscription web-returned-email",
];
const DATABASE = [
  "aws:rds/subnetGroup:SubnetGroup web-database-subnets",
  "aws:rds/parameterGroup:ParameterGroup web-database-parameters",
  "aws:ec2/securityGroup:SecurityGroup web-database-security-group",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule web-database-from-machine",
  "aws:rds/instance:Instance web-database",
];
const ALWAYS = [
  "godwit:web:WebApp web",
  ...["frontend", "attachments", "releases", "backups", "logs"].flatMap(bucket),
  ...["frontend", "attachments", "releases", "backups"].map(
    (id) => `aws:s3/bucketLogging:BucketLogging web-${id}-logging`,
  ),
  "aws:cloudwatch/logDeliverySource:LogDeliverySource web-log-source",
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination web-log-destination",
  "aws:cloudwatch/logDelivery:LogDelivery web-log-delivery",
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration web-attachments-cors",
  ...EDGE,
  ...MACHINE,
  ...WATCHING,
];
const EXISTING = {
  network: { existing: { subnetIds: ["subnet-1", "subnet-2"] } },
  certificate: {
    existing: "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000",
  },
  alarms: { topicArns: ["arn:aws:sns:us-east-1:123456789012:ops"] },
};
const BARE = { mail: undefined, database: undefined };

describe("WebApp", () => {
  const web = new WebUnderTest();
  const names = (declared: readonly Declared[]) =>
    declared.map(({ type, name }) => `${type} ${name}`);

  describe("declares exactly", () => {
    const cases: { what: string; changes: Partial<WebAppArgs>; expected: string[] }[] = [
      {
        what: "pages, API, attachments and what watches them",
        changes: BARE,
        expected: [...ALWAYS, ...NETWORK, ...CERTIFICATE, ...TOPIC],
      },
      {
        what: "mail and a database where asked for",
        changes: {},
        expected: [
          ...ALWAYS,
          ...NETWORK,
          ...CERTIFICATE,
          ...TOPIC,
          ...MAIL,
          ...RETURNED,
          ...DATABASE,
        ],
      },
      {
        what: "nothing that exists already",
        changes: EXISTING,
        expected: [...ALWAYS, ...MAIL, ...DATABASE],
      },
      {
        what: "a second topic where machine and CDN are in two regions",
        changes: { ...BARE, region: "ca-central-1" },
        expected: [
          ...ALWAYS,
          ...NETWORK,
          ...CERTIFICATE,
          ...TOPIC,
          "aws:sns/topic:Topic web-web-topic",
          "aws:sns/topicSubscription:TopicSubscription web-web-email",
        ],
      },
    ];
    for (const { what, changes, expected } of cases) {
      it(what, async () => {
        expect(names(await web.declare(changes))).to.have.members(expected);
      });
    }
  });

  it("has nothing that opens a bucket, no key, and no way in by SSH", async () => {
    const declared = await web.declare();
    const forbidden = /bucketAcl|originAccessIdentity|bucketWebsite|accessKey|keyPair|iam\/user/i;
    expect(declared.filter(({ type }) => forbidden.test(type))).to.deep.equal([]);
    const inputs = JSON.stringify(declared.map((resource) => resource.inputs));
    for (const word of ["s3OriginConfig", "website", '"acl"', "keyName", "public-read"]) {
      expect(inputs).not.to.include(word);
    }
    const ports = declared.flatMap(({ type, inputs: { fromPort } }) =>
      type.includes("IngressRule") ? [fromPort] : [],
    );
    expect(ports).to.have.members([443, 80, 5432]);
  });

  it("tags everything that can carry tags", async () => {
    const declared = await web.declare();
    const untagged = new Set(
      declared.filter(({ inputs }) => inputs.tags === undefined).map(({ type }) => type),
    );
    const without =
      /^godwit:|:s3\/bucket[A-Z]|route53\/record|Association|VolumeAttachment|ValidationMethod|certificateValidation|originAccessControl|rolePolicy|topicSubscription|topicPolicy|EventDestination|MailFromAttributes|secretVersion|randomPassword/;
    expect([...untagged].filter((type) => !without.test(type))).to.deep.equal([]);
    for (const { name, inputs } of declared) {
      if (inputs.tags !== undefined) expect(inputs.tags, name).to.include(TAGS);
    }
  });

  it("protects in production what holds data or leads to it", async () => {
    const protectedNames = async (production: boolean) =>
      (await web.declare({ production })).flatMap(({ name, options }) =>
        options.protect === true ? [name] : [],
      );
    expect(await protectedNames(true)).to.have.members([
      "web-attachments",
      "web-backups",
      "web-data",
      "web-session-secret",
      "web-database",
      "web-distribution",
      "web-api-record",
      "web-record-a",
      "web-record-aaaa",
    ]);
    expect(await protectedNames(false)).to.deep.equal([]);
    const database = await web.inputs("web-database", { production: true });
    expect(database).to.include({
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "acme-web-final",
    });
    expect(await web.inputs("web-data", { production: true })).to.include({ finalSnapshot: true });
  });
});
