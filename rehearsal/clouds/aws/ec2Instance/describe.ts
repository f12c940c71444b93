import { tags, text, texts } from "../../properties.ts";
import { AwsError, type Action, type Properties } from "../../world.ts";
import { passes, tagSet, type Filter } from "../ec2Filters.ts";

/** A machine as the API shows it. */
export interface KnownInstance {
  readonly id: string;
  readonly address: string;
  readonly launchedAt: Date;
  readonly outputs: Properties;
}

interface DescribeInstances {
  readonly InstanceId?: readonly string[];
  readonly Filter?: readonly Filter[];
}

const STATE_CODES = { running: 16, terminated: 48 } as const;
type State = keyof typeof STATE_CODES;

/**
 * The actions that look at machines. Those that have been terminated are still shown, as they are by the service for
 * about an hour.
 */
export function describeActions(
  fleet: Readonly<Record<State, readonly KnownInstance[]>>,
): Readonly<Record<string, Action>> {
  const all = () => [
    ...fleet.running.map((instance) => ({ instance, state: "running" as const })),
    ...fleet.terminated.map((instance) => ({ instance, state: "terminated" as const })),
  ];
  return {
    DescribeInstances: async ({ InstanceId, Filter }: DescribeInstances) => {
      const known = all();
      InstanceId?.forEach((id) => requireKnown(id, known));
      const shown = known
        .filter(({ instance }) => InstanceId?.includes(instance.id) ?? true)
        .filter(({ instance: { id, outputs }, state }) => {
          const subnet = text(outputs, "subnetId") ?? "";
          const values = { "instance-id": id, "instance-state-name": state, "subnet-id": subnet };
          return passes(Filter, values, tags(outputs));
        });
      return { reservationSet: shown.map(({ instance, state }) => reservation(instance, state)) };
    },
  };
}

function requireKnown(id: string, known: readonly { readonly instance: KnownInstance }[]): void {
  if (known.some(({ instance }) => instance.id === id)) return;
  throw new AwsError("InvalidInstanceID.NotFound", `The instance ID '${id}' does not exist`);
}

/** Each machine was asked for by itself. */
function reservation({ id, address, launchedAt, outputs }: KnownInstance, state: State) {
  return {
    reservationId: id.replace("i-", "r-"),
    instancesSet: [
      {
        instanceId: id,
        imageId: text(outputs, "ami"),
        instanceType: text(outputs, "instanceType"),
        instanceState: { code: STATE_CODES[state], name: state },
        launchTime: launchedAt.toISOString(),
        subnetId: text(outputs, "subnetId"),
        // Of a machine that is gone, only its name is left.
        ...(state === "running" && {
          privateIpAddress: address,
          groupSet: texts(outputs, "vpcSecurityGroupIds").map((groupId) => ({ groupId })),
        }),
        tagSet: tagSet(tags(outputs)),
      },
    ],
  };
}
