import { admits, ingressOf, SECURITY_GROUP } from "../ingress.ts";
import type { Plan, Resource } from "../plan.ts";
import { input, isWithin, UNKNOWN } from "../plan.ts";
import type { Rule, Verdict } from "../rule.ts";
import { broken, truth, when } from "../rule.ts";

const PLACE = "godwit:relay:RelayPlace";
const RELAYS = "godwit:relay:Relays";
const MOVER_PLACE = "godwit:mover:MoverPlace";
const CONTROL_PORT = 6380;

/** The relays pass data on in plaintext for a while: who reaches them, and until when. No public pack knows them. */
export const relays: readonly Rule[] = [
  {
    id: "RelayBalancerInternal",
    holds: "the relays' balancer has no public address",
    remedy: "Set internal on the balancer.",
    hipaa: "164.312(e)(1)",
    prowler: "elbv2_internet_facing",
    types: ["aws:lb/loadBalancer:LoadBalancer"],
    judge: (balancer) =>
      isWithin(balancer, PLACE)
        ? when(truth(input(balancer, "internal")), "can be reached from outside")
        : "kept",
  },
  {
    id: "RelayNamedClientsOnly",
    holds: "only named security groups reach the relays and their balancer",
    remedy:
      "Name the clients' security groups in godwit:relay.allowFrom, and no range of addresses.",
    hipaa: "164.308(a)(3)(i)",
    types: [SECURITY_GROUP],
    judge: (group) => (isWithin(group, PLACE) ? namedOnly(group) : "kept"),
  },
  {
    id: "RelayControlByMoverOnly",
    holds: "only the mover reaches the relays' control port",
    remedy: `Let ${CONTROL_PORT} in from the mover's security group alone.`,
    hipaa: "164.312(a)(1)",
    types: [SECURITY_GROUP],
    judge: (group, plan) => (isWithin(group, PLACE) ? controlledByMover(group, plan) : "kept"),
  },
  {
    id: "RelayExpires",
    holds: "each relay knows when it stops serving",
    remedy: "Set godwit:relayUntil; a run writes it.",
    hipaa: "164.312(a)(2)(iii)",
    types: ["aws:ec2/instance:Instance"],
    judge: (machine) => (isWithin(machine, RELAYS) ? expires(machine) : "kept"),
  },
];

function namedOnly(group: Resource): Verdict {
  const ways = ingressOf(group);
  if (ways === UNKNOWN) return "undecided";
  const cidrs = ways.map((way) => way.cidrs);
  const open = cidrs.find((some) => some !== UNKNOWN && some.length > 0);
  if (open) return broken(`lets in ranges of addresses: ${(open as readonly string[]).join(", ")}`);
  return cidrs.includes(UNKNOWN) ? "undecided" : "kept";
}

function controlledByMover(group: Resource, plan: Plan): Verdict {
  const ways = ingressOf(group);
  if (ways === UNKNOWN) return "undecided";
  const groups = ways.filter((way) => admits(way, CONTROL_PORT)).map((way) => way.groups);
  if (groups.includes(UNKNOWN)) return "undecided";
  const ids = new Set((groups as (readonly string[])[]).flat());
  if (ids.size > 1) return broken(`lets ${ids.size} security groups reach the control port`);
  const mover = plan.of(SECURITY_GROUP).find((other) => isWithin(other, MOVER_PLACE));
  const [only] = ids;
  if (only === undefined) return "kept";
  if (mover?.id === undefined) return mover === undefined ? broken(NOT_MOVER) : "undecided";
  return when(only === mover.id, NOT_MOVER);
}

const NOT_MOVER = "lets another security group than the mover's reach the control port";

function expires(machine: Resource): Verdict {
  const userData = input(machine, "userData");
  if (userData === UNKNOWN) return "undecided";
  const [, until] = /GODWIT_RELAY_UNTIL=["']?([^\s"'\\]+)/.exec(String(userData)) ?? [];
  return when(!Number.isNaN(Date.parse(until ?? "")), "serves without an end");
}
