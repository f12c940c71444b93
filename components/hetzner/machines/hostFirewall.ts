import { ownRanges, ports } from "../defaults.ts";

const METADATA = "169.254.169.254";

/** Who of a cluster reaches what of one machine. */
export interface HostFirewall {
  /** The machines' own network. */
  readonly subnet: string;
  /** Ports that machines of the network may use: `tcp dport 5432`. */
  readonly fromMachines: readonly string[];
  /** Ports for the tunnel's members, beside SSH. */
  readonly fromTunnel: readonly number[];
  /** Whether administrators come to this machine from the Internet, by WireGuard. */
  readonly hub: boolean;
}

/**
 * A machine's own firewall, since Hetzner's does not look at private networks. It also closes the metadata service, which
 * answers with the user data, to pods and to users that are not root.
 */
export function hostFirewall({ subnet, fromMachines, fromTunnel, hub }: HostFirewall): string {
  const tunnelPorts = [ports.ssh, ...fromTunnel].join(", ");
  const lines = [
    "ct state established,related accept",
    "ct state invalid drop",
    'iifname "lo" accept',
    "meta l4proto { icmp, ipv6-icmp } accept",
    ...(hub ? [`udp dport ${ports.tunnel} accept`] : []),
    `iifname "wg0" tcp dport { ${tunnelPorts} } accept`,
    ...fromMachines.map((rule) => `ip saddr ${subnet} ${rule} accept`),
    `iifname { "cni0", "flannel-wg" } ip saddr ${ownRanges.pods} accept`,
  ];
  return `#!/usr/sbin/nft -f
table inet godwit
delete table inet godwit
table inet godwit {
  chain input {
    type filter hook input priority filter; policy drop;
    ${lines.join("\n    ")}
  }
  chain forward {
    type filter hook forward priority filter - 10; policy accept;
    ip daddr ${METADATA} drop
  }
  chain output {
    type filter hook output priority filter; policy accept;
    ip daddr ${METADATA} meta skuid != 0 drop
  }
}
`;
}
