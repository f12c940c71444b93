import { EC2Client, paginateDescribeInstances, type Instance } from "@aws-sdk/client-ec2";
import { clientSettings } from "../../../automation/aws.ts";
import { carriesTags, tagsIn, type Env, type Inputs } from "./finder.ts";

/** Every state before the end of a machine. */
const THERE = ["pending", "running", "stopping", "stopped"];

/** A machine by its Name and all its other tags; one that is being terminated is none. */
export async function instanceId(inputs: Inputs, env: Env): Promise<string | undefined> {
  const { Name } = tagsIn(inputs);
  if (Name === undefined) return undefined;
  const Filters = [
    { Name: "tag:Name", Values: [Name] },
    { Name: "instance-state-name", Values: THERE },
  ];
  const client = new EC2Client(clientSettings(env));
  const machines: Instance[] = [];
  for await (const { Reservations = [] } of paginateDescribeInstances({ client }, { Filters })) {
    machines.push(...Reservations.flatMap(({ Instances = [] }) => Instances));
  }
  const alike = machines.filter(({ Tags = [] }) =>
    carriesTags(
      Tags.map(({ Key, Value }) => [Key, Value]),
      inputs,
    ),
  );
  // Beside a machine that was to be replaced, the newer one is its replacement.
  return alike.sort((a, b) => launchedAt(b) - launchedAt(a))[0]?.InstanceId;
}

const launchedAt = ({ LaunchTime }: Instance) => LaunchTime?.getTime() ?? 0;
