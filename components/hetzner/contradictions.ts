import type { Problem } from "../config/problems.ts";
import { contains, isPrivate, overlap, parseCidr } from "./cidr.ts";
import { hetznerDefaults, hosts, MAX_WORKERS, ownRanges } from "./defaults.ts";
import { portOf, readTaskDefinition } from "./manifests/taskDefinition.ts";
import { isInZone, networkZones, NOT_IN_EUROPE } from "./names.ts";
import type { HetznerSettings } from "./settings.ts";

type Draft<T> = T extends object ? { [K in keyof T]?: Draft<T[K]> } : T;

const KEY = "godwit:hetzner";
/** A subnet of so many bits has room for the machines' fixed addresses. */
const SMALLEST_SUBNET = 26;

/** Settings of a cluster that are right one by one but not together. */
export function* hetznerContradictions({
  hetzner,
  production,
}: {
  readonly hetzner?: Draft<HetznerSettings>;
  readonly production?: boolean;
}): Iterable<Problem> {
  if (typeof hetzner !== "object") return;
  yield* ranges(hetzner);
  yield* sizes(hetzner);
  if (production === true && hetzner.workers?.count === 0) yield NO_WORKERS;
  yield* adminRanges(hetzner);
  yield* names(hetzner);
  yield* doubles(hetzner);
  yield* tasks(hetzner);
}

const NO_WORKERS: Problem = {
  key: `${KEY}.workers.count`,
  wrong: "is 0 in production: the machine that holds the cluster's state would serve the world",
  example: "3",
};

function* ranges({ network }: Draft<HetznerSettings>): Iterable<Problem> {
  const { cidr, subnet } = { ...hetznerDefaults.network, ...network };
  const [whole, part] = [parseCidr(String(cidr)), parseCidr(String(subnet))];
  const wrong = (name: string, text: string, example: string): Problem => ({
    key: `${KEY}.network.${name}`,
    wrong: text,
    example,
  });
  const notRange = "is no range of addresses that begins at a multiple of its size";
  if (!whole) yield wrong("cidr", notRange, "10.10.0.0/16");
  if (!part) yield wrong("subnet", notRange, "10.10.1.0/24");
  if (!whole || !part) return;
  if (!isPrivate(whole)) yield wrong("cidr", "is not private (RFC 1918)", "10.10.0.0/16");
  for (const [name, own] of Object.entries(ownRanges)) {
    if (!overlap(whole, parseCidr(own)!)) continue;
    yield wrong(
      "cidr",
      `overlaps with ${own}, which the ${name} have for themselves`,
      "10.10.0.0/16",
    );
  }
  if (!contains(whole, part)) {
    yield wrong("subnet", `is not within godwit:hetzner.network.cidr, ${cidr}`, "10.10.1.0/24");
  }
  if (part.prefix > SMALLEST_SUBNET) {
    const needed = hosts.workers + MAX_WORKERS;
    const text = `is too small: the machines have fixed addresses up to its ${needed}th; take /${SMALLEST_SUBNET} or larger`;
    yield wrong("subnet", text, "10.10.1.0/24");
  }
}

/** What a place does not sell would be refused when half of the cluster stands. */
function* sizes(settings: Draft<HetznerSettings>): Iterable<Problem> {
  const location = settings.location ?? hetznerDefaults.location;
  if (networkZones[location] !== "eu-central") return;
  for (const role of ["controlPlane", "workers", "database"] as const) {
    const type = settings[role]?.serverType;
    if (typeof type !== "string" || !NOT_IN_EUROPE.test(type)) continue;
    yield {
      key: `${KEY}.${role}.serverType`,
      wrong: `is ${type}, which Hetzner no longer sells in ${location}`,
      example: type.replace(/1$/, "2"),
    };
  }
}

function* adminRanges({ adminCidrs }: Draft<HetznerSettings>): Iterable<Problem> {
  if (!Array.isArray(adminCidrs)) return;
  for (const [index, cidr] of adminCidrs.entries()) {
    if (typeof cidr !== "string" || parseCidr(cidr)) continue;
    yield {
      key: `${KEY}.adminCidrs[${index}]`,
      wrong: "is no range of addresses that begins at a multiple of its size",
      example: "203.0.113.0/24",
    };
  }
}

/** Records and certificates can be made for names of the zone only. */
function* names({ cloudflare, buckets, workloads }: Draft<HetznerSettings>): Iterable<Problem> {
  const zone = cloudflare?.zone?.name;
  if (typeof zone !== "string") return;
  const hostsOf = Array.isArray(workloads) ? workloads.map((workload) => workload?.host) : [];
  const given: [string, unknown][] = [
    ["buckets.assetsDomain", buckets?.assetsDomain],
    ...hostsOf.map((host, index): [string, unknown] => [`workloads[${index}].host`, host]),
  ];
  for (const [key, name] of given) {
    if (typeof name !== "string" || isInZone(name, zone)) continue;
    yield {
      key: `${KEY}.${key}`,
      wrong: `is not in the zone ${zone}, where its record is made; correct it, or godwit:hetzner.cloudflare.zone`,
      example: `${key.startsWith("buckets") ? "assets" : "api"}.${zone}`,
    };
  }
}

/** Task definitions that cannot be carried over, and hosts that lead nowhere. */
function* tasks({ workloads }: Draft<HetznerSettings>): Iterable<Problem> {
  if (!Array.isArray(workloads)) return;
  for (const [index, workload] of workloads.entries()) {
    const given = workload?.taskDefinition;
    if (typeof given !== "object") continue;
    const key = `${KEY}.workloads[${index}].taskDefinition`;
    try {
      const port = portOf(readTaskDefinition(given));
      if (port !== undefined || workload?.host === undefined) continue;
      const wrong = `has no port mapping, but the workload has the host ${workload.host}; add one, or remove the host`;
      yield { key, wrong, example: "portMappings: [{ containerPort: 8080 }]" };
    } catch (error) {
      const wrong = `cannot be carried over: ${(error as Error).message}`;
      yield { key, wrong, example: "what `aws ecs describe-task-definition` answers" };
    }
  }
}

/** What must be there once. */
function* doubles(settings: Draft<HetznerSettings>): Iterable<Problem> {
  const unique = { admins: "name", sshKeys: "name", workloads: "name" } as const;
  for (const [list, field] of Object.entries(unique) as [keyof typeof unique, "name"][]) {
    const given: unknown = settings[list];
    if (!Array.isArray(given)) continue;
    const values = given.map((each) => (each as { name?: unknown } | null)?.[field]);
    const index = values.findIndex((value, at) => values.indexOf(value) < at);
    if (index < 0) continue;
    yield {
      key: `${KEY}.${list}[${index}].${field}`,
      wrong: `is there twice: ${String(values[index])}`,
      example: `${String(values[index])}-2`,
    };
  }
}
