import * as pulumi from "@pulumi/pulumi";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule.js";
import { allowApi } from "../machine/egress.ts";
import type { Tags } from "../tags.ts";
import { relayPorts } from "./defaults.ts";

export interface GroupParts {
  /** Name of the component; starts every part's name. */
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly app: string;
  readonly cloudName: string;
  readonly tags: Tags;
  readonly vpcId: pulumi.Input<string>;
  /** Where clients connect. */
  readonly port: number;
  readonly allowFrom: pulumi.Input<pulumi.Input<string>[]>;
  readonly moverGroupId: pulumi.Input<string>;
}

export interface RelayGroups {
  readonly balancerId: pulumi.Output<string>;
  readonly relaysId: pulumi.Output<string>;
}

/** Creates the balancer's security group, open to the clients only, and the relays', open to balancer and mover only. */
export function createGroups(parts: GroupParts): RelayGroups {
  const { name, parent, app, tags, port } = parts;
  const balancer = createGroup(parts, "balancer", `Who may connect to the relays of ${app}`, [
    from("Clients", port, parts.allowFrom),
  ]);
  const relays = createGroup(parts, "relays", `Relays of ${app}`, [
    from("Clients, by the balancer", port, [balancer.id]),
    from("The mover's switch", relayPorts.control, [parts.moverGroupId]),
    from("Health and metrics", relayPorts.health, [balancer.id, parts.moverGroupId]),
  ]);
  const letOut = outwards(parts, relays.id);
  letOut("balancer", balancer.id, "clients", port);
  letOut("balancer", balancer.id, "health", relayPorts.health);
  letOut("mover", parts.moverGroupId, "control", relayPorts.control);
  letOut("mover", parts.moverGroupId, "health", relayPorts.health);
  allowApi({ name, parent, securityGroupId: relays.id, tags });
  return { balancerId: balancer.id, relaysId: relays.id };
}

/** Lets what a group guards connect to the relays. */
function outwards({ name, parent, tags }: GroupParts, relaysId: pulumi.Output<string>) {
  return (who: string, securityGroupId: pulumi.Input<string>, what: string, port: number) =>
    new SecurityGroupEgressRule(
      `${name}-${who}-to-${what}`,
      {
        securityGroupId,
        referencedSecurityGroupId: relaysId,
        description: `To the relays: ${what}`,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        tags,
      },
      { parent },
    );
}

type Ingress = ReturnType<typeof from>;

function from(
  description: string,
  port: number,
  securityGroups: pulumi.Input<pulumi.Input<string>[]>,
) {
  return { description, protocol: "tcp", fromPort: port, toPort: port, securityGroups };
}

function createGroup(
  { name, parent, cloudName, tags, vpcId }: GroupParts,
  id: "balancer" | "relays",
  description: string,
  ingress: Ingress[],
): SecurityGroup {
  const groupName = id === "relays" ? cloudName : `${cloudName}-${id}`;
  return new SecurityGroup(
    `${name}-${id}-group`,
    {
      name: groupName,
      description,
      vpcId,
      // Rules inside the group, not beside it: a rule that someone adds by hand is taken away by the next update.
      ingress,
      tags: { ...tags, Name: groupName },
    },
    { parent },
  );
}
