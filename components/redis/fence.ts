import type * as pulumi from "@pulumi/pulumi";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import type { FenceArgs } from "./args.ts";
import { REDIS_PORT } from "./engine.ts";
import type { Whole } from "./whole.ts";

/** Creates the security group that takes the place of the source's own ones: with it nobody but those named connects. */
export function createFence(whole: Whole, args: FenceArgs): pulumi.Output<string> {
  const { name, parent, app, tags } = whole;
  const groupName = `${app}-redis-fence`;
  const group = new SecurityGroup(
    `${name}-fence`,
    {
      name: groupName,
      description: `Who may connect to the fenced source of ${app}`,
      vpcId: args.vpcId,
      // Rules inside the group, not beside it: a rule that someone adds by hand is taken away by the next update.
      ingress: [
        {
          description: "Relays and mover",
          protocol: "tcp",
          fromPort: REDIS_PORT,
          toPort: REDIS_PORT,
          securityGroups: args.allowFrom,
        },
      ],
      tags: { ...tags, Name: groupName },
    },
    { parent },
  );
  return group.id;
}
