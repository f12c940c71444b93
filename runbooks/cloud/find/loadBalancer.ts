import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  LoadBalancerNotFoundException,
  TargetGroupNotFoundException,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { clientSettings } from "../../../automation/aws.ts";
import { carriesTags, type Env, type Finder, type Inputs } from "./finder.ts";

type Client = ElasticLoadBalancingV2Client;

/** A balancer by its name, which it has for itself in its region. */
export const loadBalancerArn: Finder = (inputs, env) =>
  ours(inputs, env, async (client) => {
    const command = new DescribeLoadBalancersCommand({ Names: [String(inputs["name"])] });
    return (await client.send(command)).LoadBalancers?.[0]?.LoadBalancerArn;
  });

/** A target group by its name, which it has for itself in its region. */
export const targetGroupArn: Finder = (inputs, env) =>
  ours(inputs, env, async (client) => {
    const command = new DescribeTargetGroupsCommand({ Names: [String(inputs["name"])] });
    return (await client.send(command)).TargetGroups?.[0]?.TargetGroupArn;
  });

/** A listener by its balancer and port: a balancer has one at most. */
export const listenerArn: Finder = (inputs, env) =>
  ours(inputs, env, async (client) => {
    const { loadBalancerArn: LoadBalancerArn, port } = inputs;
    if (typeof LoadBalancerArn !== "string") return undefined;
    const { Listeners = [] } = await client.send(new DescribeListenersCommand({ LoadBalancerArn }));
    return Listeners.find(({ Port }) => Port === port)?.ListenerArn;
  });

/** What `find` names, if it is there and carries the tags that it was to be given. */
async function ours(
  inputs: Inputs,
  env: Env,
  find: (client: Client) => Promise<string | undefined>,
): Promise<string | undefined> {
  const client = new ElasticLoadBalancingV2Client(clientSettings(env));
  const arn = await find(client).catch(unlessMissing);
  if (arn === undefined) return undefined;
  const { TagDescriptions = [] } = await client.send(
    new DescribeTagsCommand({ ResourceArns: [arn] }),
  );
  const tags = TagDescriptions.flatMap(({ Tags = [] }) => Tags);
  const pairs = tags.map(({ Key, Value }) => [Key, Value] as const);
  return carriesTags(pairs, inputs) ? arn : undefined;
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof LoadBalancerNotFoundException) return undefined;
  if (error instanceof TargetGroupNotFoundException) return undefined;
  throw error;
}
