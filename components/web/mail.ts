import type * as pulumi from "@pulumi/pulumi";
import { ConfigurationSet } from "@pulumi/aws/sesv2/configurationSet.js";
import { ConfigurationSetEventDestination } from "@pulumi/aws/sesv2/configurationSetEventDestination.js";
import { EmailIdentity } from "@pulumi/aws/sesv2/emailIdentity.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import type { AlarmReceiver, Topics } from "../shared/topics.ts";
import type { MailArgs } from "./args.ts";
import { proveSender } from "./mailRecords.ts";
import { webNameOf } from "./whole.ts";
import type { WebWhole } from "./whole.ts";

export interface Mail {
  readonly from: string;
  /** What bounces and complaints are told by. */
  readonly configurationSet: pulumi.Output<string>;
  /** What a sender needs rights to. */
  readonly arns: pulumi.Output<string>[];
  readonly bounceTopicArn: pulumi.Output<string>;
}

export interface MailParts {
  readonly mail: MailArgs;
  readonly zoneId: pulumi.Input<string>;
  readonly receiver: AlarmReceiver;
  readonly topics: Topics;
}

/** Lets the application send mail in the domain's name, proved by DKIM, SPF and DMARC; what comes back is told. */
export function createMail(whole: WebWhole, parts: MailParts): Mail {
  const { name, parent, tags } = whole;
  const { mail } = parts;
  const bounceTopicArn = bounceTopic(whole, parts);
  const set = new ConfigurationSet(
    `${name}-mail`,
    {
      configurationSetName: webNameOf(whole),
      deliveryOptions: { tlsPolicy: "REQUIRE" },
      reputationOptions: { reputationMetricsEnabled: true },
      suppressionOptions: { suppressedReasons: ["BOUNCE", "COMPLAINT"] },
      tags,
    },
    { parent },
  );
  new ConfigurationSetEventDestination(
    `${name}-mail-returned`,
    {
      configurationSetName: set.configurationSetName,
      eventDestinationName: "returned",
      eventDestination: {
        enabled: true,
        matchingEventTypes: ["BOUNCE", "COMPLAINT", "REJECT"],
        snsDestination: { topicArn: bounceTopicArn },
      },
    },
    { parent },
  );
  const identity = new EmailIdentity(
    `${name}-mail-identity`,
    {
      emailIdentity: mail.from.split("@")[1]!,
      configurationSetName: set.configurationSetName,
      tags,
    },
    { parent },
  );
  proveSender(whole, { mail, zoneId: parts.zoneId, identity });
  const arns = [identity.arn, set.arn];
  return { from: mail.from, configurationSet: set.configurationSetName, arns, bounceTopicArn };
}

/** The one that is given, or a topic of its own: SES must be let in, which the alarms' topic has no need of. */
function bounceTopic(whole: WebWhole, { receiver, topics }: MailParts): pulumi.Output<string> {
  if (receiver.email === undefined) return topics.own;
  const { name, parent, app, tags } = whole;
  const topic = new Topic(
    `${name}-returned-topic`,
    { name: `${app}-returned-mail`, tags },
    { parent },
  );
  new TopicPolicy(
    `${name}-returned-policy`,
    { arn: topic.arn, policy: topic.arn.apply(lettingSesIn) },
    { parent },
  );
  new TopicSubscription(
    `${name}-returned-email`,
    { topic: topic.arn, protocol: "email", endpoint: receiver.email },
    { parent },
  );
  return topic.arn;
}

function lettingSesIn(topicArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "SesTells",
        Effect: "Allow",
        Principal: { Service: "ses.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { StringEquals: { "aws:SourceAccount": topicArn.split(":")[4]! } },
      },
    ],
  });
}
