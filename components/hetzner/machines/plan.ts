import type { HetznerArgs } from "../args.ts";
import { addressIn, parseCidr } from "../cidr.ts";
import { hosts, ownRanges, ports } from "../defaults.ts";

/** A machine's place in the private network and in the tunnel. */
export interface Place {
  /** Ends its resources' names: `worker-1`. */
  readonly id: string;
  readonly role: "control-plane" | "worker" | "database";
  readonly address: string;
  readonly tunnel: string;
}

/** Where all machines of a cluster are: fixed, so that each knows the others before it exists. */
export interface Plan {
  readonly subnet: string;
  readonly controlPlane: Place;
  readonly workers: readonly Place[];
  readonly database: Place;
  /** Tunnel addresses of administrators, with their public keys. */
  readonly admins: readonly { readonly publicKey: string; readonly tunnel: string }[];
}

export function planOf({
  network: { subnet },
  workers,
  admins,
}: Pick<HetznerArgs, "network" | "workers" | "admins">): Plan {
  const place = (id: string, role: Place["role"], host: number): Place => ({
    id,
    role,
    address: addressIn(subnet, host),
    tunnel: addressIn(ownRanges.tunnel, host),
  });
  return {
    subnet,
    controlPlane: place("control-plane", "control-plane", hosts.controlPlane),
    workers: Array.from({ length: workers.count }, (_, index) =>
      place(`worker-${index + 1}`, "worker", hosts.workers + index),
    ),
    database: place("database", "database", hosts.database),
    admins: admins.map(({ publicKey }, index) => ({
      publicKey,
      tunnel: addressIn(ownRanges.tunnel, hosts.admins + index),
    })),
  };
}

/** The machines that take what the load balancer sends: the workers, or the control plane where it is alone. */
export function servingPlaces({ workers, controlPlane }: Plan): readonly Place[] {
  return workers.length > 0 ? workers : [controlPlane];
}

/** Where machines are handed what they need. */
export function handoverUrl({ controlPlane }: Plan): string {
  return `http://${controlPlane.tunnel}:${ports.handover}`;
}

/** What the tunnel's script is told on one machine. */
export function tunnelVariables({ controlPlane }: Plan, { tunnel }: Place): Record<string, string> {
  return {
    HUB_ADDRESS: controlPlane.address,
    ENROL_PORT: String(ports.enrol),
    TUNNEL_PORT: String(ports.tunnel),
    TUNNEL_CIDR: ownRanges.tunnel,
    OWN_ADDRESS: `${tunnel}/${parseCidr(ownRanges.tunnel)!.prefix}`,
  };
}
