import * as pulumi from "@pulumi/pulumi";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import type { MachineWhole } from "./whole.ts";

/** A data server's side of the network. */
export interface DataAccess {
  readonly port: number;
  /** Groups of the target. */
  readonly target: readonly pulumi.Input<string>[];
  /** Whether the target's groups name the machine's group themselves; else each gets a rule. */
  readonly targetNamesIt: boolean;
  /** Groups of the source, as they were found. */
  readonly source: pulumi.Input<string[]>;
  /** The group that takes their place when the source is fenced; it names the machine's group itself. */
  readonly fence?: pulumi.Input<string> | undefined;
}

/** Opens the way from a machine's security group to the data servers' groups, both ends of it. */
export function allowAccess(
  whole: MachineWhole,
  ownGroupId: pulumi.Input<string>,
  { port, target, targetNamesIt, source, fence }: DataAccess,
): void {
  const open = (to: string, groupId: pulumi.Input<string>, named: boolean) => {
    const rule = { ipProtocol: "tcp", fromPort: port, toPort: port, tags: whole.tags };
    const opts = { parent: whole.parent };
    new SecurityGroupEgressRule(
      `${whole.name}-to-${to}`,
      {
        ...rule,
        securityGroupId: ownGroupId,
        referencedSecurityGroupId: groupId,
        description: `To the ${to}`,
      },
      opts,
    );
    if (named) return;
    new SecurityGroupIngressRule(
      `${whole.name}-into-${to}`,
      {
        ...rule,
        securityGroupId: groupId,
        referencedSecurityGroupId: ownGroupId,
        description: whole.title,
      },
      opts,
    );
  };
  target.forEach((groupId, index) => open(`target-${index + 1}`, groupId, targetNamesIt));
  if (fence !== undefined) open("fence", fence, true);
  // How many there are is known only when the source has been read, as it has before every update.
  pulumi.all([source, pulumi.all([...target])]).apply(([found, already]) => {
    const others = found.filter((groupId) => !already.includes(groupId)).sort();
    others.forEach((groupId, index) => open(`source-${index + 1}`, groupId, false));
  });
}
