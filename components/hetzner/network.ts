import { LoadBalancer } from "@pulumi/hcloud/loadBalancer.js";
import { LoadBalancerNetwork } from "@pulumi/hcloud/loadBalancerNetwork.js";
import { LoadBalancerService } from "@pulumi/hcloud/loadBalancerService.js";
import { LoadBalancerTarget } from "@pulumi/hcloud/loadBalancerTarget.js";
import { Network } from "@pulumi/hcloud/network.js";
import { NetworkSubnet } from "@pulumi/hcloud/networkSubnet.js";
import type { HetznerArgs } from "./args.ts";
import { addressIn } from "./cidr.ts";
import { hosts, ports } from "./defaults.ts";
import type { ClusterMachines } from "./machines/index.ts";
import { networkZones } from "./names.ts";
import { numeric } from "./whole.ts";
import type { ClusterWhole } from "./whole.ts";

export interface ClusterNetwork {
  readonly network: Network;
  readonly subnet: NetworkSubnet;
}

/** The machines' own network. What goes over it is not encrypted by Hetzner: see `machines/tunnel.ts`. */
export function createNetwork(
  { name, parent, cloudName, labels, protect }: ClusterWhole,
  { network: { cidr, subnet }, location }: Pick<HetznerArgs, "network" | "location">,
): ClusterNetwork {
  const network = new Network(
    `${name}-network`,
    { name: cloudName, ipRange: cidr, labels, deleteProtection: protect },
    { parent, protect },
  );
  const part = new NetworkSubnet(
    `${name}-subnet`,
    {
      networkId: numeric(network.id),
      type: "cloud",
      networkZone: networkZones[location],
      ipRange: subnet,
    },
    { parent, protect },
  );
  return { network, subnet: part };
}

/** Health of a machine: whether its ingress takes connections. */
const HEALTH = { protocol: "tcp", interval: 10, timeout: 5, retries: 3 } as const;

/** Spreads connections over the machines that serve as they come, still encrypted; certificates are the cluster's own. */
export function createLoadBalancer(
  { name, parent, cloudName, labels, protect }: ClusterWhole,
  args: Pick<HetznerArgs, "loadBalancer" | "location" | "network">,
  { network, subnet }: ClusterNetwork,
  serving: ClusterMachines["serving"],
): LoadBalancer {
  const balancer = new LoadBalancer(
    `${name}-balancer`,
    {
      name: cloudName,
      loadBalancerType: args.loadBalancer,
      location: args.location,
      algorithm: { type: "least_connections" },
      labels,
      deleteProtection: protect,
    },
    // Its address is in DNS.
    { parent, protect },
  );
  const attached = new LoadBalancerNetwork(
    `${name}-balancer-network`,
    {
      loadBalancerId: numeric(balancer.id),
      networkId: numeric(network.id),
      ip: addressIn(args.network.subnet, hosts.loadBalancer),
    },
    { parent, dependsOn: subnet },
  );
  for (const [id, listenPort] of [
    ["http", 80],
    ["https", 443],
  ] as const) {
    new LoadBalancerService(
      `${name}-balancer-${id}`,
      {
        loadBalancerId: balancer.id,
        protocol: "tcp",
        listenPort,
        destinationPort: ports[id],
        // The ingress learns the client's address from it.
        proxyprotocol: true,
        healthCheck: { ...HEALTH, port: ports[id] },
      },
      { parent },
    );
  }
  for (const { id, server } of serving) {
    new LoadBalancerTarget(
      `${name}-balancer-${id}`,
      {
        loadBalancerId: numeric(balancer.id),
        type: "server",
        serverId: numeric(server.id),
        usePrivateIp: true,
      },
      { parent, dependsOn: attached },
    );
  }
  return balancer;
}
