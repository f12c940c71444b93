import * as pulumi from "@pulumi/pulumi";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import { describeWhole } from "../describe.ts";
import type { DataKey } from "../keys/key.ts";
import type { HipaaOwnership } from "../whole.ts";

/** Arguments of `HipaaTopic`. */
export interface HipaaTopicArgs extends HipaaOwnership {
  /** @example "ops@acme.example" */
  readonly email: string;
  /** Key that messages are encrypted under until they are delivered. */
  readonly logsKey: DataKey;
}

/** Services that tell something: alarms, the budget, deployments that fail. */
const PUBLISHERS = [
  "cloudwatch.amazonaws.com",
  "budgets.amazonaws.com",
  "codedeploy.amazonaws.com",
];

/**
 * Who hears of alarms.
 *
 * Creates: an encrypted topic that mails what it is told; the receiver confirms the first mail.
 *
 * Touches on the source: nothing. Irreversible: nothing. Undo: destroy. Cost: none.
 *
 * @example
 * new HipaaTopic("alarms", {
 *   app: "acme", environment: "prod", dataClass: "phi", region: "ca-central-1",
 *   email: "ops@acme.example", logsKey: keys.logs,
 * });
 */
export class HipaaTopic extends pulumi.ComponentResource {
  public readonly arn: pulumi.Output<string>;

  constructor(name: string, args: HipaaTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("godwit:hipaa:Topic", name, {}, opts);
    const { app, tags } = describeWhole(name, this, args);
    const topic = new Topic(
      `${name}-topic`,
      { name: `${app}-alarms`, kmsMasterKeyId: args.logsKey.arn, tags },
      { parent: this, dependsOn: args.logsKey.usable },
    );
    new TopicPolicy(
      `${name}-topic-policy`,
      { arn: topic.arn, policy: topic.arn.apply(publishedByServices) },
      { parent: this },
    );
    new TopicSubscription(
      `${name}-email`,
      { topic: topic.arn, protocol: "email", endpoint: args.email },
      { parent: this },
    );
    this.arn = topic.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

function publishedByServices(topicArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ServicesOfTheAccountTell",
        Effect: "Allow",
        Principal: { Service: PUBLISHERS },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { StringEquals: { "aws:SourceAccount": topicArn.split(":")[4] } },
      },
    ],
  });
}
