import { randomBytes } from "node:crypto";
import { given, number, text } from "../../properties.ts";
import { AwsError, type Properties, type ResourceKind } from "../../world.ts";
import { applyAll } from "./apply.ts";
import { groupOf, type LoadBalancingAccount, type RegisteredTarget } from "./model.ts";

/** `aws.lb.TargetGroupAttachment`. Registering a target again changes nothing, as with the service. */
export function attachmentKind(account: LoadBalancingAccount): ResourceKind {
  return {
    type: "aws:lb/targetGroupAttachment:TargetGroupAttachment",
    replaceOn: ["targetGroupArn", "targetId", "port", "availabilityZone"],
    actions: {
      create: "elasticloadbalancing:RegisterTargets",
      read: "elasticloadbalancing:DescribeTargetHealth",
      delete: "elasticloadbalancing:DeregisterTargets",
    },
    async create(inputs) {
      const group = groupOf(account, text(inputs, "targetGroupArn") ?? "");
      const target = targetOf(account, inputs, group.port);
      group.targets = [...group.targets.filter((each) => !same(each, target)), target];
      await applyAll(account);
      return { id: `${group.arn}-${randomBytes(13).toString("hex")}`, outputs: given(inputs) };
    },
    update: async (_id, inputs) => given(inputs),
    async read(id, state) {
      const group = account.groups.get(text(state, "targetGroupArn") ?? "");
      const targetId = text(state, "targetId");
      const there = group?.targets.some((target) => target.id === targetId);
      return there ? { id, outputs: state, inputs: state } : undefined;
    },
    async delete(_id, state) {
      const group = account.groups.get(text(state, "targetGroupArn") ?? "");
      if (!group) return;
      const target = { id: text(state, "targetId") ?? "", port: portOf(state, group.port) };
      group.targets = group.targets.filter((each) => !same(each, target));
      await applyAll(account);
    },
  };
}

function targetOf(
  { options }: LoadBalancingAccount,
  inputs: Properties,
  groupPort: number,
): RegisteredTarget {
  const id = text(inputs, "targetId") ?? "";
  if (options.machine(id)) return { id, port: portOf(inputs, groupPort) };
  const message = `The following targets are not in a running state and cannot be registered: '${id}'`;
  throw new AwsError("InvalidTarget", message);
}

const portOf = (inputs: Properties, groupPort: number) => number(inputs, "port") ?? groupPort;

const same = (one: RegisteredTarget, other: RegisteredTarget) =>
  one.id === other.id && one.port === other.port;
