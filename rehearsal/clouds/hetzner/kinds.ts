import { text, texts } from "../properties.ts";
import { keptKind, type Kept } from "../aws/keptKind.ts";
import { AwsError, type Part, type Properties } from "../world.ts";

/** Hetzner numbers what it has; from here, so that a number is never mistaken for a count. */
const FIRST_ID = 4_000_001;
const MAX_USER_DATA = 32_768;
const TYPES = /^(cx|cpx|ccx)\d\d$/;
const LOCATIONS = ["fsn1", "nbg1", "hel1", "ash", "hil", "sin"];

/**
 * A project at Hetzner without machines: names are unique, what is named must exist, private addresses are given once,
 * and what is protected, or still in use, cannot be deleted.
 */
export function createHetzner(): Part {
  const numbers = numbered();
  const networks = named(numbers, "network:Network", ["ipRange"]);
  const groups = named(numbers, "placementGroup:PlacementGroup", ["type"]);
  const keys = named(numbers, "sshKey:SshKey", ["publicKey"]);
  const firewalls = named(numbers, "firewall:Firewall", []);
  const volumes = volumeKind(numbers);
  const balancers = named(numbers, "loadBalancer:LoadBalancer", ["networkZone"], (inputs) => {
    known(LOCATIONS, text(inputs, "location"), "location");
    return { ipv4: "203.0.113.80", ipv6: "2001:db8::80", networkId: 0, networkIp: "" };
  });
  const servers = serverKind(numbers, { networks, groups, firewalls, keys });
  const parts = [
    part(numbers, "networkSubnet:NetworkSubnet", ["networkId", "ipRange"], { networkId: networks }),
    part(numbers, "volumeAttachment:VolumeAttachment", ["volumeId", "serverId"], {
      volumeId: volumes,
      serverId: servers,
    }),
    part(numbers, "loadBalancerNetwork:LoadBalancerNetwork", ["networkId", "loadBalancerId"], {
      loadBalancerId: balancers,
      networkId: networks,
    }),
    part(numbers, "loadBalancerService:LoadBalancerService", ["loadBalancerId", "listenPort"], {
      loadBalancerId: balancers,
    }),
    part(numbers, "loadBalancerTarget:LoadBalancerTarget", ["loadBalancerId", "serverId", "type"], {
      loadBalancerId: balancers,
      serverId: servers,
    }),
  ];
  const all = [networks, groups, keys, firewalls, volumes, balancers, servers, ...parts];
  return { kinds: all.map(({ kind }) => kind) };
}

type Numbers = () => string;

function numbered(): Numbers {
  let next = FIRST_ID;
  return () => String(next++);
}

/** Something with a name that is unique among its kind. */
function named(
  id: Numbers,
  type: string,
  replaceOn: readonly string[],
  compute: (inputs: Properties) => Properties = () => ({}),
): Kept {
  const kept: Kept = keptKind({
    type: `hcloud:index/${type}`,
    replaceOn,
    make(inputs) {
      const name = text(inputs, "name");
      if ([...kept.resources.values()].some((other) => other["name"] === name)) {
        throw new AwsError("uniqueness_error", `name is already used (${name})`, 409);
      }
      return { id: id(), outputs: compute(inputs) };
    },
    remove: refuseProtected,
  });
  return kept;
}

function refuseProtected(_id: string, state: Properties): void {
  if (state["deleteProtection"] !== true) return;
  throw new AwsError("protected", "delete protection is enabled", 403);
}

function volumeKind(id: Numbers): Kept {
  const volumes = named(id, "volume:Volume", ["location", "format"], (inputs) => {
    known(LOCATIONS, text(inputs, "location"), "location");
    const device = `/dev/disk/by-id/scsi-0HC_Volume_${text(inputs, "name")}`;
    return { linuxDevice: device, serverId: 0 };
  });
  return volumes;
}

interface ServerParts {
  readonly networks: Kept;
  readonly groups: Kept;
  readonly firewalls: Kept;
  readonly keys: Kept;
}

function serverKind(id: Numbers, { networks, groups, firewalls, keys }: ServerParts): Kept {
  const servers: Kept = named(
    id,
    "server:Server",
    ["location", "image", "userData", "sshKeys"],
    (inputs) => {
      known(LOCATIONS, text(inputs, "location"), "location");
      if (!TYPES.test(text(inputs, "serverType") ?? "")) {
        throw new AwsError("invalid_input", "server type not found", 422);
      }
      if (Buffer.byteLength(text(inputs, "userData") ?? "") > MAX_USER_DATA) {
        throw new AwsError("invalid_input", "user_data is longer than 32KiB", 422);
      }
      existing(groups, inputs["placementGroupId"]);
      for (const firewall of numbersIn(inputs, "firewallIds")) existing(firewalls, firewall);
      for (const key of texts(inputs, "sshKeys")) existing(keys, key);
      const networksOf = (inputs["networks"] ?? []) as readonly Properties[];
      for (const network of networksOf) take(network);
      const host = servers.resources.size + 10;
      return {
        ipv4Address: `198.51.100.${host}`,
        ipv6Address: `2001:db8::${host}`,
        ipv6Network: `2001:db8::/64`,
        status: "running",
        datacenter: `${text(inputs, "location")}-dc14`,
        primaryDiskSize: 40,
      };
    },
  );
  const take = ({ networkId, ip }: Properties) => {
    existing(networks, networkId);
    const taken = [...servers.resources.values()].flatMap(
      (server) => (server["networks"] ?? []) as readonly Properties[],
    );
    if (!taken.some((other) => other["networkId"] === networkId && other["ip"] === ip)) return;
    throw new AwsError("ip_not_available", `IP ${String(ip)} is not available`, 409);
  };
  return servers;
}

/** What connects others, which must exist. */
function part(
  id: Numbers,
  type: string,
  replaceOn: readonly string[],
  of: Readonly<Record<string, Kept>>,
): Kept {
  return keptKind({
    type: `hcloud:index/${type}`,
    replaceOn,
    make(inputs) {
      for (const [input, kept] of Object.entries(of)) existing(kept, inputs[input]);
      return { id: id(), outputs: {} };
    },
  });
}

function existing(kept: Kept, given: unknown): void {
  const id = given as number | string | undefined;
  if (id === undefined || kept.resources.has(String(id))) return;
  throw new AwsError("not_found", `${kept.kind.type} with ID '${String(id)}' not found`, 404);
}

function known(values: readonly string[], value: string | undefined, what: string): void {
  if (value !== undefined && values.includes(value)) return;
  throw new AwsError("invalid_input", `${what} not found`, 422);
}

function numbersIn(inputs: Properties, name: string): readonly number[] {
  const given = inputs[name];
  return Array.isArray(given)
    ? given.filter((each): each is number => typeof each === "number")
    : [];
}
