import * as pulumi from "@pulumi/pulumi";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import { EDGE_REGION, regionOf } from "./names.ts";
import type { Whole } from "./whole.ts";

/** An alarm and its topic are in one region: those of what CloudFront does in us-east-1, all others in the stack's own. */
export type AlarmReceiver =
  | { readonly email: string; readonly topicArns?: never }
  | { readonly topicArns: readonly string[]; readonly email?: never };

export interface Topics {
  /** In us-east-1. */
  readonly edge: pulumi.Output<string>;
  /** In the stack's own region; the same one where that is us-east-1. */
  readonly own: pulumi.Output<string>;
}

/** What the topics that are created are called: `<app>-<id>-alarms`. */
export type TopicIds = Readonly<Record<keyof Topics, string>>;

interface TopicOwner extends Whole {
  readonly app: string;
  readonly region: string;
}

/** Creates the topics that mail the alarms, or takes the existing ones: one in each region that has alarms. */
export function resolveTopics(whole: TopicOwner, receiver: AlarmReceiver, ids: TopicIds): Topics {
  const topicIn =
    receiver.topicArns !== undefined
      ? (region: string) =>
          pulumi.output(receiver.topicArns.find((arn) => regionOf(arn) === region)!)
      : (region: string, id: string) => createTopic(whole, region, id, receiver.email);
  const edge = topicIn(EDGE_REGION, ids.edge);
  const own = whole.region === EDGE_REGION ? edge : topicIn(whole.region, ids.own);
  return { edge, own };
}

export function topicArnsOf({ edge, own }: Topics): pulumi.Output<string[]> {
  return pulumi.all([edge, own]).apply((arns) => [...new Set(arns)]);
}

function createTopic(
  { name, parent, app, tags }: TopicOwner,
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
