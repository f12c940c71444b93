import type * as pulumi from "@pulumi/pulumi";
import { Firewall } from "@pulumi/hcloud/firewall.js";
import { ports } from "./defaults.ts";
import { numeric } from "./whole.ts";
import type { ClusterWhole } from "./whole.ts";

const ANYWHERE = ["0.0.0.0/0", "::/0"];

export interface ClusterFirewalls {
  readonly controlPlane: pulumi.Output<number>;
  readonly workers: pulumi.Output<number>;
  readonly database: pulumi.Output<number>;
}

/**
 * What of the Internet reaches the machines, and where the database may go. Hetzner's firewalls do not look at private
 * networks: there, each machine's own does (`machines/hostFirewall.ts`).
 */
export function createFirewalls(
  whole: ClusterWhole,
  adminCidrs: readonly string[],
): ClusterFirewalls {
  const tunnel = {
    direction: "in",
    protocol: "udp",
    port: String(ports.tunnel),
    sourceIps: [...adminCidrs],
    description: "Tunnels of administrators",
  };
  return {
    controlPlane: firewall(whole, "control-plane", [tunnel]),
    // The load balancer comes by the private network.
    workers: firewall(whole, "workers", []),
    database: firewall(whole, "database", ways),
  };
}

/** Packages, R2, names, time. */
const ways = (
  [
    ["tcp", "443", "Archive in R2, packages"],
    ["tcp", "80", "Packages, which are signed"],
    ["udp", "53", "Names"],
    ["tcp", "53", "Names"],
    ["udp", "123", "Time"],
  ] as const
).map(([protocol, port, description]) => ({
  direction: "out",
  protocol,
  port,
  destinationIps: ANYWHERE,
  description,
}));

interface Rule {
  readonly direction: string;
  readonly protocol: string;
  readonly port: string;
  readonly sourceIps?: string[];
  readonly destinationIps?: string[];
  readonly description: string;
}

function firewall(
  { name, parent, cloudName, labels, protect }: ClusterWhole,
  id: string,
  rules: readonly Rule[],
): pulumi.Output<number> {
  const made = new Firewall(
    `${name}-firewall-${id}`,
    // Without a rule for it, nothing comes in.
    { name: `${cloudName}-${id}`, labels, rules: [...rules] },
    { parent, protect },
  );
  return numeric(made.id);
}
