import { randomBytes } from "node:crypto";
import { text, texts } from "../properties.ts";
import { AwsError, type Part, type World } from "../world.ts";
import { keptKind, type Kept } from "./keptKind.ts";

/** Of application load balancers in Canada (Central). */
const HOSTED_ZONE = "ZQSVJUPU6J1EY";

/** Application load balancers and their targets, that only have to be described: nobody connects to them. */
export function createApplicationBalancers({ account }: World): Part {
  const arn = (resource: string) => account.arn("elasticloadbalancing", resource);
  const balancers: Kept = keptKind({
    type: "aws:lb/loadBalancer:LoadBalancer",
    replaceOn: ["name", "internal", "loadBalancerType"],
    actions: {
      create: "elasticloadbalancing:CreateLoadBalancer",
      delete: "elasticloadbalancing:DeleteLoadBalancer",
    },
    make(inputs) {
      const name = text(inputs, "name") ?? "";
      if (texts(inputs, "subnets").length < 2) {
        const message =
          "At least two subnets in two different Availability Zones must be specified";
        throw new AwsError("ValidationError", message);
      }
      const suffix = `app/${name}/${hash()}`;
      return {
        id: arn(`loadbalancer/${suffix}`),
        outputs: {
          arn: arn(`loadbalancer/${suffix}`),
          arnSuffix: suffix,
          dnsName: `${name}-${hash().slice(0, 10)}.${account.region}.elb.amazonaws.com`,
          zoneId: HOSTED_ZONE,
        },
      };
    },
    remove(_id, state) {
      if (state["enableDeletionProtection"] !== true) return;
      const message = "The load balancer cannot be deleted because deletion protection is enabled";
      throw new AwsError("OperationNotPermitted", message);
    },
  });
  const targets: Kept = keptKind({
    type: "aws:lb/targetGroup:TargetGroup",
    replaceOn: ["name", "port", "protocol", "targetType", "vpcId"],
    actions: { create: "elasticloadbalancing:CreateTargetGroup" },
    make(inputs) {
      const suffix = `targetgroup/${text(inputs, "name") ?? ""}/${hash()}`;
      return { id: arn(suffix), outputs: { arn: arn(suffix), arnSuffix: suffix } };
    },
  });
  return { kinds: [balancers.kind, targets.kind] };
}

const hash = () => randomBytes(8).toString("hex");
