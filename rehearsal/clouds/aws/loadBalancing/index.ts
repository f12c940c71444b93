import type { Endpoint, Part, World } from "../../world.ts";
import { applyAll } from "./apply.ts";
import { attachmentKind } from "./attachmentKind.ts";
import { describeActions } from "./describe.ts";
import { listenerKind } from "./listenerKind.ts";
import { loadBalancerKind } from "./loadBalancerKind.ts";
import type { LoadBalancingAccount, LoadBalancingOptions } from "./model.ts";
import { targetGroupKind } from "./targetGroupKind.ts";

export type { LoadBalancingOptions, MachinePlace } from "./model.ts";

/** Elastic Load Balancing: network load balancers, each a process that forwards real connections. */
export function createLoadBalancing(
  world: World,
  options: LoadBalancingOptions,
): Part & { readonly account: LoadBalancingAccount } {
  const account: LoadBalancingAccount = {
    world,
    options,
    balancers: new Map(),
    groups: new Map(),
    listeners: new Map(),
  };
  const stopFollowing = options.firewall.onChange(() => applyAll(account));
  return {
    account,
    services: [{ name: "elasticloadbalancing", actions: describeActions(account) }],
    kinds: [
      loadBalancerKind(account),
      targetGroupKind(account),
      listenerKind(account),
      attachmentKind(account),
    ],
    endpoints: async () => endpointsOf(account),
    async stop() {
      stopFollowing();
      await Promise.all([...account.balancers.values()].map(({ process }) => process.stop()));
      account.balancers.clear();
    },
  };
}

function endpointsOf(account: LoadBalancingAccount): Record<string, Endpoint> {
  const [listener] = account.listeners.values();
  const front = listener && account.balancers.get(listener.loadBalancerArn)?.fronts[0];
  return front ? { "redis.relay": { host: front.host, port: listener.port, tls: false } } : {};
}
