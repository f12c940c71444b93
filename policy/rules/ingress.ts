import type { Ingress } from "../ingress.ts";
import { admits, INGRESS_TYPES, ingressOf, isWorldwide } from "../ingress.ts";
import type { Resource } from "../plan.ts";
import { UNKNOWN } from "../plan.ts";
import type { Rule, Verdict } from "../rule.ts";
import { broken, packed } from "../rule.ts";

/** The list of cdk-nag. */
const COMMON_PORTS = [20, 21, 3389, 3309, 3306, 4333];
/** PostgreSQL, Redis and its relays' control port, SQL Server, MongoDB, Memcached, OpenSearch. */
const DATA_PORTS = [5432, 6379, 6380, 1433, 27017, 11211, 9200];
/** What the world may connect to. */
const WEB_PORTS = [80, 443];

/** Which ports the world may connect to, over IPv4 and IPv6. */
export const ingress: readonly Rule[] = [
  packed({
    id: "EC2RestrictedSSH",
    holds: "SSH is not open to the world",
    remedy: "Take the rule away; Session Manager opens a shell without a port.",
    hipaa: "164.308(a)(3)(i)",
    config: "restricted-ssh",
    prowler: "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22",
    types: INGRESS_TYPES,
    judge: (resource) => notOpen(resource, [22]),
  }),
  packed({
    id: "EC2RestrictedCommonPorts",
    holds: "FTP, RDP and MySQL are not open to the world",
    remedy: "Name the security groups that may connect.",
    hipaa: "164.308(a)(3)(i)",
    config: "restricted-common-ports",
    prowler: "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_3389",
    types: INGRESS_TYPES,
    judge: (resource) => notOpen(resource, COMMON_PORTS),
  }),
  {
    id: "EC2RestrictedDataPorts",
    holds: "PostgreSQL, Redis and other data ports are not open to the world",
    remedy: "Name the security groups that may connect.",
    hipaa: "164.308(a)(3)(i)",
    prowler: "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_postgres_5432",
    types: INGRESS_TYPES,
    judge: (resource) => notOpen(resource, DATA_PORTS),
  },
  {
    id: "EC2OnlyWebPortsOpen",
    holds: "the world connects to 80 and 443 only",
    remedy: "Name the security groups or the addresses that may connect.",
    hipaa: "164.308(a)(3)(i)",
    cdkNag: "AwsSolutions-EC23",
    config: "vpc-sg-open-only-to-authorized-ports",
    prowler: "ec2_securitygroup_allow_ingress_from_internet_to_all_ports",
    types: INGRESS_TYPES,
    judge: (resource) =>
      judgeOpen(resource, ({ fromPort, toPort }) =>
        WEB_PORTS.includes(fromPort) && fromPort === toPort
          ? undefined
          : `opens ports ${fromPort} to ${toPort} to the world`,
      ),
  },
];

function notOpen(resource: Resource, ports: readonly number[]): Verdict {
  return judgeOpen(resource, (way) => {
    const open = ports.filter((port) => admits(way, port));
    return open.length === 0 ? undefined : `opens ${open.join(", ")} to the world`;
  });
}

/** Judges what is open to the world; a way in that cannot be read yet counts only where it would matter. */
function judgeOpen(resource: Resource, wrong: (way: Ingress) => string | undefined): Verdict {
  const ways = ingressOf(resource);
  if (ways === UNKNOWN) return "undecided";
  const worrying = ways.flatMap((way) => {
    const problem = isWorldwide(way) === false ? undefined : wrong(way);
    return problem === undefined ? [] : [{ way, problem }];
  });
  const open = worrying.find(({ way }) => isWorldwide(way) === true);
  if (open) return broken(open.problem);
  return worrying.length > 0 ? "undecided" : "kept";
}
