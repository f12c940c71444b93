import * as pulumi from "@pulumi/pulumi";
import type { Distribution } from "@pulumi/aws/cloudfront/distribution.js";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import type { Instance } from "@pulumi/aws/ec2/instance.js";
import { HealthCheck } from "@pulumi/aws/route53/healthCheck.js";
import { Record as DnsRecord } from "@pulumi/aws/route53/record.js";
import { cloudWatchAlarms } from "../alarms.ts";
import { resolveCertificate } from "../shared/edgeCertificate.ts";
import { pointRecords } from "../shared/edgeRecords.ts";
import { EDGE_REGION } from "../shared/names.ts";
import { resolveTopics, topicArnsOf } from "../shared/topics.ts";
import type { Topics } from "../shared/topics.ts";
import { verifyZone } from "../shared/zone.ts";
import { ownershipTags } from "../tags.ts";
import { edgeAlarms, machineAlarms } from "./alarms.ts";
import type { WebAppArgs } from "./args.ts";
import { watchBill } from "./budget.ts";
import { admit, createBuckets } from "./buckets.ts";
import { checkArgs } from "./check.ts";
import type { CheckedArgs } from "./check.ts";
import { createDistribution } from "./distribution.ts";
import { buildEnvironment, urlOf } from "./environment.ts";
import { createMail } from "./mail.ts";
import { apiDomainOf } from "./names.ts";
import { createServer } from "./server.ts";
import { webAlarmDefaults } from "./thresholds.ts";
import { webNameOf } from "./whole.ts";
import type { WebWhole } from "./whole.ts";

const ADDRESS_TTL = 60;
const HTTPS_PORT = 443;
const HEALTH_SECONDS = 30;

/**
 * A small web application: its pages behind a CDN, its API on one machine, its attachments in a bucket.
 *
 * Creates: five private buckets (pages, attachments, releases, backups, access logs), a CloudFront distribution for pages and API
 * with certificate and records, an EC2 machine with PM2, nginx, TLS, a fixed address and a data volume, its role and
 * network, a session secret, a log group, six alarms, a health check and a budget; mail by SES and a database of RDS
 * where asked for.
 *
 * Touches on the source: nothing.
 *
 * Irreversible: destroying the data volume, a bucket or the database deletes what is in it; in production all are
 * protected, and volume and database leave a last snapshot.
 *
 * Undo: destroy, once the application's names lead elsewhere.
 *
 * Cost: about 17 $ a month, without a database; see cost.ts.
 *
 * @example
 * new WebApp("web", {
 *   app: "acme", environment: "prod", dataClass: "confidential", region: "us-east-1",
 *   domain: "tickets.acme.example", zone: { id: "Z0123456789ABCDEFGHIJ", name: "acme.example" },
 *   bucket: "acme-tickets", certificate: { create: true },
 *   mail: { from: "support@tickets.acme.example" }, alarms: { email: "ops@acme.example" },
 * });
 */
export class WebApp extends pulumi.ComponentResource {
  /** Where pages and, under `/api`, the API are served. */
  public readonly url: pulumi.Output<string>;
  public readonly frontendBucket: pulumi.Output<string>;
  public readonly attachmentsBucket: pulumi.Output<string>;
  public readonly releasesBucket: pulumi.Output<string>;
  public readonly backupsBucket: pulumi.Output<string>;
  /** What an invalidation names. */
  public readonly distributionId: pulumi.Output<string>;
  public readonly distributionDomain: pulumi.Output<string>;
  public readonly certificateArn: pulumi.Output<string>;
  public readonly instanceId: pulumi.Output<string>;
  public readonly address: pulumi.Output<string>;
  public readonly dataVolumeId: pulumi.Output<string>;
  public readonly roleName: pulumi.Output<string>;
  public readonly logGroup: pulumi.Output<string>;
  /** Where `JWT_SECRET` is: a reference, never the value. */
  public readonly sessionSecretArn: pulumi.Output<string>;
  /** What the application is told by the machine; `JWT_SECRET` beside it. */
  public readonly environment: pulumi.Output<Record<string, string>>;
  /** What the pages are built with. */
  public readonly buildEnvironment: pulumi.Output<Record<string, string>>;
  public readonly alarmTopicArns: pulumi.Output<string[]>;
  /** Told of mail that came back; none without `mail`. */
  public readonly bounceTopicArn: pulumi.Output<string> | undefined;

  constructor(name: string, given: WebAppArgs, opts?: pulumi.ComponentResourceOptions) {
    const args = checkArgs(given);
    super("godwit:web:WebApp", name, {}, opts);
    const whole = describeWhole(name, this, given);
    const url = urlOf(args);

    const zoneId = verifyZone(whole, args.zone);
    const topics = resolveTopics(whole, args.alarms, { edge: "web-edge", own: "web" });
    const buckets = createBuckets(whole, args);
    const mail =
      args.mail && createMail(whole, { mail: args.mail, zoneId, receiver: args.alarms, topics });
    const logs = createLogGroup(whole, args);
    const server = createServer(whole, args, { buckets, mail, logs, url });
    pointApi(whole, args, { zoneId, address: server.address.publicIp });
    const certificateArn = resolveCertificate(whole, args, zoneId);
    const distribution = createDistribution(whole, args, {
      frontend: buckets.frontend,
      certificateArn,
    });
    admit(whole, buckets, { distribution, url });
    pointRecords(whole, args.domain, zoneId, distribution);
    watch(whole, args, { distribution, machine: server.machine, topics });

    this.url = pulumi.output(url);
    this.frontendBucket = buckets.frontend.bucket.bucket;
    this.attachmentsBucket = buckets.attachments.bucket.bucket;
    this.releasesBucket = buckets.releases.bucket.bucket;
    this.backupsBucket = buckets.backups.bucket.bucket;
    this.distributionId = distribution.id;
    this.distributionDomain = distribution.domainName;
    this.certificateArn = certificateArn;
    this.instanceId = server.machine.id;
    this.address = server.address.publicIp;
    this.dataVolumeId = server.data.id;
    this.roleName = server.role.name;
    this.logGroup = logs.name;
    this.sessionSecretArn = server.sessionSecret.arn;
    this.environment = server.environment;
    this.buildEnvironment = pulumi.output(buildEnvironment(url));
    this.alarmTopicArns = topicArnsOf(topics);
    this.bounceTopicArn = mail?.bounceTopicArn;
    this.registerOutputs({
      url: this.url,
      distributionId: this.distributionId,
      instanceId: this.instanceId,
      environment: this.environment,
    });
  }
}

function describeWhole(name: string, parent: pulumi.Resource, args: WebAppArgs): WebWhole {
  const { app, region, production = false } = args;
  return { name, parent, app, region, tags: ownershipTags(args), protect: production };
}

function createLogGroup(whole: WebWhole, { logDays }: CheckedArgs): LogGroup {
  const { name, parent, app, tags } = whole;
  return new LogGroup(
    `${name}-logs`,
    { name: `/${app}/web`, retentionInDays: logDays, tags },
    { parent },
  );
}

/** Leads the machine's own name to it: the CDN asks it by this, and its certificate is for this. */
function pointApi(
  { name, parent, protect }: WebWhole,
  args: CheckedArgs,
  { zoneId, address }: Record<"zoneId" | "address", pulumi.Input<string>>,
): void {
  new DnsRecord(
    `${name}-api-record`,
    { zoneId, name: apiDomainOf(args), type: "A", records: [address], ttl: ADDRESS_TTL },
    { parent, protect },
  );
}

interface Watched {
  readonly distribution: Distribution;
  readonly machine: Instance;
  readonly topics: Topics;
}

function watch(
  whole: WebWhole,
  args: CheckedArgs,
  { distribution, machine, topics }: Watched,
): void {
  const { name, parent, app, region, tags } = whole;
  const limits = { ...webAlarmDefaults, ...args.thresholds };
  const watched = { watched: webNameOf(whole), tags, parent };
  const health = new HealthCheck(
    `${name}-health`,
    {
      type: "HTTPS",
      fqdn: args.domain,
      port: HTTPS_PORT,
      resourcePath: args.healthPath,
      requestInterval: HEALTH_SECONDS,
      failureThreshold: 3,
      tags: { ...tags, Name: webNameOf(whole) },
    },
    { parent },
  );
  const edge = { distributionId: distribution.id, healthCheckId: health.id };
  const own = { app, region, instanceId: machine.id };
  cloudWatchAlarms(name, machineAlarms(own, limits), { ...watched, topicArn: topics.own });
  cloudWatchAlarms(name, edgeAlarms(edge, limits), {
    ...watched,
    topicArn: topics.edge,
    region: EDGE_REGION,
  });
  watchBill(whole, limits.monthlyBill, { receiver: args.alarms, topics });
}
