import * as pulumi from "@pulumi/pulumi";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import type { CdnAlarmReceiver } from "./args.ts";
import { EDGE_REGION, regionOf } from "./names.ts";
import type { CdnWhole } from "./whole.ts";

export interface Topics {
  /** Told by the alarms of the distribution. */
  readonly edge: pulumi.Output<string>;
  /** Told by the alarms of uploads; the same one where the stack is in us-east-1. */
  readonly uploads: pulumi.Output<string>;
}

/** Creates the topics that mail the alarms, or takes the existing ones: one in each region that has alarms. */
export function resolveTopics(whole: CdnWhole, receiver: CdnAlarmReceiver): Topics {
  const topicIn =
    receiver.topicArns !== undefined
      ? (region: string) =>
          pulumi.output(receiver.topicArns.find((arn) => regionOf(arn) === region)!)
      : (region: string, id: string) => createTopic(whole, region, id, receiver.email);
  const edge = topicIn(EDGE_REGION, "cdn");
  const uploads = whole.region === EDGE_REGION ? edge : topicIn(whole.region, "uploads");
  return { edge, uploads };
}

function createTopic(
  { name, parent, app, tags }: CdnWhole,
  region: string,
  id: string,
  email: string,
): pulumi.Output<string> {
  const topic = new Topic(
    `${name}-${id}-topic`,
    { name: `${app}-${id}-alarms`, region, tags },
    { parent },
  );
  new TopicSubscription(
    `${name}-${id}-email`,
    { topic: topic.arn, protocol: "email", endpoint: email, region },
    { parent },
  );
  return topic.arn;
}
