import type { BalancerProcess } from "../../../networkBalancer/index.ts";
import type { Firewall } from "../../../servers/firewall.ts";
import { AwsError, type World } from "../../world.ts";
import type { Ec2Network } from "../ec2.ts";

/** A machine that may be a target. */
export interface MachinePlace {
  /** Where it listens, behind its gates. */
  readonly behind: string;
  readonly zone: string;
  readonly groups: readonly string[];
  /** What a fault does to the way to it. */
  readonly delayMs: number;
  readonly cut: boolean;
}

export interface LoadBalancingOptions {
  readonly network: Ec2Network;
  readonly firewall: Firewall;
  /** Undefined for a machine that does not exist any more. */
  machine(instanceId: string): MachinePlace | undefined;
}

export interface Front {
  readonly subnetId: string;
  readonly zone: string;
  readonly host: string;
}

export interface LoadBalancer {
  readonly arn: string;
  /** What the name of its listeners and its metrics begin with: `net/NAME/ID`. */
  readonly path: string;
  readonly name: string;
  readonly dnsName: string;
  readonly vpcId: string;
  readonly createdAt: Date;
  readonly fronts: readonly Front[];
  readonly process: BalancerProcess;
  securityGroups: readonly string[];
  crossZone: boolean;
  tags: Readonly<Record<string, string>>;
}

export interface HealthCheckSettings {
  readonly protocol: "HTTP" | "TCP";
  readonly path: string;
  /** Statuses that pass: `200-399`. */
  readonly matcher: string;
  /** `traffic-port`, or a number. */
  readonly port: string;
  /** Seconds. */
  readonly interval: number;
  readonly timeout: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export interface GroupSettings {
  readonly healthCheck: HealthCheckSettings;
  /** Seconds. */
  readonly deregistrationDelay: number;
  readonly connectionTermination: boolean;
  readonly terminatesUnhealthy: boolean;
  readonly preserveClientIp: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export interface RegisteredTarget {
  readonly id: string;
  readonly port: number;
}

export interface TargetGroup {
  readonly arn: string;
  readonly path: string;
  readonly name: string;
  readonly port: number;
  readonly vpcId: string;
  settings: GroupSettings;
  targets: readonly RegisteredTarget[];
}

export interface Listener {
  readonly arn: string;
  readonly loadBalancerArn: string;
  port: number;
  groupArn: string;
  idleSeconds: number;
  tags: Readonly<Record<string, string>>;
}

/** What there is of the account's load balancing, by ARN. */
export interface LoadBalancingAccount {
  readonly world: World;
  readonly options: LoadBalancingOptions;
  readonly balancers: Map<string, LoadBalancer>;
  readonly groups: Map<string, TargetGroup>;
  readonly listeners: Map<string, Listener>;
}

export function balancerOf({ balancers }: LoadBalancingAccount, arn: string): LoadBalancer {
  const found = balancers.get(arn);
  if (found) return found;
  throw new AwsError("LoadBalancerNotFound", `Load balancer '${arn}' not found`);
}

export function groupOf({ groups }: LoadBalancingAccount, arn: string): TargetGroup {
  const found = groups.get(arn);
  if (found) return found;
  throw new AwsError("TargetGroupNotFound", `Target group '${arn}' not found`);
}

export function listenerOf({ listeners }: LoadBalancingAccount, arn: string): Listener {
  const found = listeners.get(arn);
  if (found) return found;
  throw new AwsError("ListenerNotFound", `Listener '${arn}' not found`);
}

export const listenersOf = (account: LoadBalancingAccount, arn: string): Listener[] =>
  [...account.listeners.values()].filter(({ loadBalancerArn }) => loadBalancerArn === arn);

/** The load balancers whose listeners forward to this group. */
export const balancersOf = (account: LoadBalancingAccount, groupArn: string): LoadBalancer[] =>
  [...account.balancers.values()].filter(({ arn }) =>
    listenersOf(account, arn).some((listener) => listener.groupArn === groupArn),
  );
