import { stringify } from "yaml";
import { ownRanges, ports, versions } from "../defaults.ts";
import { cloudConfig, program, variables } from "./cloudConfig.ts";
import type { MachineFile } from "./cloudConfig.ts";
import { hostFirewall } from "./hostFirewall.ts";
import { handoverUrl, servingPlaces, tunnelVariables } from "./plan.ts";
import type { Place, Plan } from "./plan.ts";
import type { Unit } from "./unit.ts";

const TUNNEL = "/usr/local/sbin/godwit-tunnel";
const K3S = "/usr/local/sbin/godwit-k3s";
const HANDOVER = "/usr/local/sbin/godwit-handover";

/** What nodes tell each other: pods by Flannel's WireGuard, and what kubelet is asked by the control plane. */
const NODE_RULES = [
  `udp dport ${ports.pods}`,
  `tcp dport { ${ports.kubelet}, ${ports.nodeMetrics} }`,
];

/** What the load balancer sends. */
const INGRESS_RULE = `tcp dport { ${ports.http}, ${ports.https} }`;

/** First start of the control plane: hub of the tunnel, handover, K3s. */
export function controlPlaneUserData(plan: Plan, cloudName: string): string {
  const { controlPlane } = plan;
  const serves = servingPlaces(plan).includes(controlPlane);
  return cloudConfig({
    packages: [],
    firewall: hostFirewall({
      subnet: plan.subnet,
      fromMachines: [...NODE_RULES, `tcp dport ${ports.enrol}`, ...(serves ? [INGRESS_RULE] : [])],
      fromTunnel: [ports.kubernetesApi, ports.handover],
      hub: true,
    }),
    files: [
      program("hub.sh", TUNNEL),
      program("handover.py", HANDOVER),
      program("k3s.sh", K3S),
      variables("/etc/godwit/tunnel.env", tunnelVariables(plan, controlPlane)),
      variables("/etc/godwit/k3s.env", nodeVariables(controlPlane)),
      { path: "/etc/godwit/admins", permissions: "0644", content: admins(plan) },
      {
        path: "/etc/godwit/handover.json",
        permissions: "0644",
        content: JSON.stringify(handover(plan, cloudName)),
      },
      k3sConfig({
        ...nodeConfig(controlPlane, cloudName),
        "advertise-address": controlPlane.tunnel,
        "tls-san": [controlPlane.tunnel],
        "cluster-cidr": ownRanges.pods,
        "service-cidr": ownRanges.services,
        "flannel-backend": "wireguard-native",
        "secrets-encryption": true,
        // Nodes, volumes and addresses are Hetzner's controllers' work.
        "disable-cloud-controller": true,
        disable: ["local-storage", "servicelb"],
        ...(!serves && { "node-taint": ["node-role.kubernetes.io/control-plane=true:NoSchedule"] }),
        "write-kubeconfig-mode": "0600",
      }),
    ],
    units: {
      "godwit-tunnel": tunnelUnit,
      "godwit-handover": {
        description: "Lets machines into the tunnel, and hands them what they need",
        after: ["godwit-tunnel.service"],
        type: "simple",
        run: `${HANDOVER} /etc/godwit/handover.json`,
        more: ["Environment=PATH=/usr/local/bin:/usr/bin:/bin", "UMask=0077"],
      },
      k3s: k3sUnit("server"),
    },
  });
}

/** First start of a worker: into the tunnel, then into the cluster by a token of its own. */
export function workerUserData(plan: Plan, worker: Place, cloudName: string): string {
  return cloudConfig({
    packages: [],
    firewall: hostFirewall({
      subnet: plan.subnet,
      fromMachines: [...NODE_RULES, INGRESS_RULE],
      fromTunnel: [ports.kubelet],
      hub: false,
    }),
    files: [
      program("tunnel.sh", TUNNEL),
      program("k3s.sh", K3S),
      variables("/etc/godwit/tunnel.env", tunnelVariables(plan, worker)),
      variables("/etc/godwit/k3s.env", { ...nodeVariables(worker), HANDOVER: handoverUrl(plan) }),
      k3sConfig({
        ...nodeConfig(worker, cloudName),
        server: `https://${plan.controlPlane.tunnel}:${ports.kubernetesApi}`,
        "token-file": "/run/godwit/k3s-token",
      }),
    ],
    units: { "godwit-tunnel": tunnelUnit, k3s: k3sUnit("agent") },
  });
}

export const tunnelUnit: Unit = {
  description: "Tunnel between the cluster's machines",
  after: ["nftables.service"],
  type: "oneshot",
  run: TUNNEL,
};

function k3sUnit(role: "server" | "agent"): Unit {
  return {
    description: `K3s ${role}`,
    after: ["godwit-tunnel.service"],
    type: "notify",
    prepare: K3S,
    run: `/usr/local/bin/k3s ${role}`,
    more: [
      "KillMode=process",
      "Delegate=yes",
      "LimitNOFILE=1048576",
      "LimitNPROC=infinity",
      "LimitCORE=infinity",
      "TasksMax=infinity",
      "TimeoutStartSec=0",
    ],
  };
}

function nodeVariables({ address }: Place): Record<string, string> {
  return { K3S_VERSION: versions.k3s, NODE_ADDRESS: address };
}

function nodeConfig({ id, address }: Place, cloudName: string) {
  return {
    // As Hetzner calls it: its controller finds the machine by it.
    "node-name": `${cloudName}-${id}`,
    "node-ip": address,
    "kubelet-arg": ["cloud-provider=external"],
  };
}

function k3sConfig(config: object): MachineFile {
  return {
    path: "/etc/rancher/k3s/config.yaml",
    permissions: "0600",
    content: stringify(config, { lineWidth: 0 }),
  };
}

function admins({ admins: given }: Plan): string {
  return given.map(({ publicKey, tunnel }) => `${publicKey} ${tunnel}\n`).join("");
}

function handover(plan: Plan, cloudName: string) {
  const machines = [...plan.workers, plan.database];
  return {
    privateAddress: plan.controlPlane.address,
    tunnelAddress: plan.controlPlane.tunnel,
    enrolPort: ports.enrol,
    handoverPort: ports.handover,
    state: "/var/lib/godwit/peers",
    peers: Object.fromEntries(
      machines.map(({ id, role, address, tunnel }) => [
        address,
        { name: `${cloudName}-${id}`, role, tunnel },
      ]),
    ),
  };
}
