import type { Plan, Resource } from "../plan.ts";
import { input, isGiven, listOf, textsOf, UNKNOWN } from "../plan.ts";
import type { Rule, Verdict } from "../rule.ts";
import { broken, given, when } from "../rule.ts";

const SERVER = "hcloud:index/server:Server";
/** What the world may connect to. */
const WEB_PORTS = ["80", "443"];

/** Machines at Hetzner, of which no public HIPAA pack knows. */
export const hetzner: readonly Rule[] = [
  {
    id: "HetznerFirewallClosed",
    holds: "the world connects to 80 and 443 only",
    remedy: "Name the addresses that may connect in the rule's sourceIps.",
    hipaa: "164.308(a)(3)(i)",
    types: ["hcloud:index/firewall:Firewall"],
    judge: firewallClosed,
  },
  {
    id: "HetznerServerBehindFirewall",
    holds: "a machine is behind a firewall",
    remedy: "Set firewallIds.",
    hipaa: "164.312(e)(1)",
    types: [SERVER],
    judge: (server) =>
      when(listOf(input(server, "firewallIds")).length > 0, "takes whatever the world sends"),
  },
  {
    id: "HetznerServerInNetwork",
    holds: "machines speak to each other in a network of their own",
    remedy: "Set networks.",
    hipaa: "164.312(e)(1)",
    types: [SERVER],
    judge: given("networks.0", "is in no private network"),
  },
  {
    id: "HetznerVolumeEncrypted",
    holds: "a volume is encrypted",
    remedy: "Let the machine's user data open it with cryptsetup: Hetzner encrypts no volume.",
    hipaa: "164.312(a)(2)(iv)",
    types: ["hcloud:index/volumeAttachment:VolumeAttachment"],
    judge: volumeEncrypted,
  },
  {
    id: "HetznerBalancerPassesTls",
    holds: "TLS ends on the machines, not before them",
    remedy: "Set protocol to tcp: what the balancer decrypts it sends on in plaintext.",
    hipaa: "164.312(e)(2)(ii)",
    types: ["hcloud:index/loadBalancerService:LoadBalancerService"],
    judge: (service) =>
      when(input(service, "protocol") === "tcp", "sends requests to machines without TLS"),
  },
];

function firewallClosed(firewall: Resource): Verdict {
  const ways = listOf(input(firewall, "rules"))
    .map((rule) => ({ inputs: rule as Resource["inputs"] }))
    .filter((rule) => input(rule, "direction") === "in" && !isWeb(rule));
  const sources = ways.map((rule) => textsOf(input(rule, "sourceIps")));
  const open = ways.find((_, i) => isWorldwide(sources[i]!));
  if (open) return broken(`opens ${portOf(open)} to the world`);
  return sources.includes(UNKNOWN) ? "undecided" : "kept";
}

type Way = Pick<Resource, "inputs">;

function isWeb(rule: Way): boolean {
  return input(rule, "protocol") === "tcp" && WEB_PORTS.includes(String(input(rule, "port")));
}

function isWorldwide(sources: ReturnType<typeof textsOf>): boolean {
  return sources !== UNKNOWN && sources.some((source) => source.endsWith("/0"));
}

function portOf(rule: Way): string {
  const protocol = String(input(rule, "protocol"));
  return isGiven(rule, "port") ? `${protocol} ${String(input(rule, "port"))}` : protocol;
}

function volumeEncrypted(attachment: Resource, plan: Plan): Verdict {
  const id = input(attachment, "serverId");
  const server = plan.of(SERVER).find((each) => each.id === String(id));
  const userData = server ? input(server, "userData") : UNKNOWN;
  if (userData === UNKNOWN) return "undecided";
  return when(String(userData).includes("cryptsetup"), "is attached as it is, unencrypted");
}
