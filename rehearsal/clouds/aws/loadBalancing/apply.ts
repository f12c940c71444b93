import type { BalancerSettings, TargetGroupSettings } from "../../../networkBalancer/messages.ts";
import {
  listenersOf,
  type LoadBalancer,
  type LoadBalancingAccount,
  type TargetGroup,
} from "./model.ts";

/** Checks more often than this would load the machine, however fast the twin's clock. */
const SHORTEST_INTERVAL_MS = 200;

/** Brings what the account has into force: the processes forward by it when this resolves. */
export async function applyAll(account: LoadBalancingAccount): Promise<void> {
  const balancers = [...account.balancers.values()];
  await Promise.all(balancers.map((each) => each.process.configure(settingsOf(account, each))));
}

function settingsOf(account: LoadBalancingAccount, balancer: LoadBalancer): BalancerSettings {
  const { firewall } = account.options;
  const listeners = listenersOf(account, balancer.arn);
  const arns = new Set(listeners.map(({ groupArn }) => groupArn));
  const groups = [...arns].flatMap((arn) => account.groups.get(arn) ?? []);
  return {
    fronts: balancer.fronts.map(({ host, zone }) => ({ host, zone })),
    crossZone: balancer.crossZone,
    admitted: Object.fromEntries(
      listeners.map(({ port }) => [port, firewall.admittedTo(balancer.securityGroups, port)]),
    ),
    listeners: listeners.map(({ port, idleSeconds, groupArn }) => ({
      port,
      // Not compressed: what keeps a connection busy is real.
      idleMs: idleSeconds * 1_000,
      groupArn,
    })),
    groups: groups.map((group) => groupSettings(account, balancer, group)),
  };
}

function groupSettings(
  account: LoadBalancingAccount,
  balancer: LoadBalancer,
  { arn, settings, targets }: TargetGroup,
): TargetGroupSettings {
  const { healthCheck, deregistrationDelay, connectionTermination } = settings;
  const { interval, timeout, ...check } = healthCheck;
  const intervalMs = account.world.clock.compress(interval * 1_000);
  return {
    arn,
    healthCheck: {
      ...check,
      intervalMs: Math.max(intervalMs, SHORTEST_INTERVAL_MS),
      timeoutMs: timeout * 1_000,
    },
    deregistrationDelayMs: deregistrationDelay * 1_000,
    terminatesDeregistered: connectionTermination,
    terminatesUnhealthy: settings.terminatesUnhealthy,
    preservesClients: settings.preserveClientIp,
    targets: targets.flatMap((target) => targetSettings(account, balancer, healthCheck, target)),
  };
}

function targetSettings(
  { options }: LoadBalancingAccount,
  { securityGroups }: LoadBalancer,
  healthCheck: TargetGroup["settings"]["healthCheck"],
  { id, port }: TargetGroup["targets"][number],
): TargetGroupSettings["targets"] {
  const machine = options.machine(id);
  if (!machine) return [];
  const { behind: host, zone, groups, delayMs, cut } = machine;
  const healthPort = healthCheck.port === "traffic-port" ? port : Number(healthCheck.port);
  const allows = (to: number) => options.firewall.allows(securityGroups, groups, to);
  const [reachable, visible] = [allows(port), allows(healthPort)];
  return [{ id, host, port, healthPort, zone, reachable, visible, delayMs, cut }];
}
