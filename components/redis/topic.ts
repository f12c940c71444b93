import * as pulumi from "@pulumi/pulumi";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import type { AlarmReceiver } from "./args.ts";
import type { RedisKey } from "./key.ts";
import type { Whole } from "./whole.ts";

/** Creates the topic that mails the alarms, or takes the existing one. */
export function resolveTopic(
  whole: Whole,
  key: RedisKey,
  receiver: AlarmReceiver,
): pulumi.Output<string> {
  if (receiver.topicArn !== undefined) return pulumi.output(receiver.topicArn);
  const { name, parent, app, tags } = whole;
  const topic = new Topic(
    `${name}-alarm-topic`,
    { name: `${app}-redis-alarms`, kmsMasterKeyId: key.arn, tags },
    { parent, dependsOn: key.usable },
  );
  new TopicSubscription(
    `${name}-alarm-email`,
    { topic: topic.arn, protocol: "email", endpoint: receiver.email },
    { parent },
  );
  return topic.arn;
}
