/** A range of IPv4 addresses. */
interface Range {
  readonly first: number;
  readonly bits: number;
}

const BITS = 32;
/** Tiers and zones have four places each among the sixteen parts of a network. */
const SPLIT_BITS = 4;
const ZONES_A_TIER = 4;
/** A load balancer asks for subnets of /27 or larger; with a /22 they are /26. */
export const SMALLEST_NETWORK_BITS = 22;
/** Amazon takes no larger network. */
export const LARGEST_NETWORK_BITS = 16;

export const CIDR =
  /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\/(?:[12]?\d|3[0-2])$/;

/** What is wrong with a network's range, as the end of a sentence that begins with its name; nothing if it is right. */
export function networkProblem(cidr: string, peers: readonly string[] = []): string | undefined {
  if (!CIDR.test(cidr)) return `must be a range of addresses, such as 10.0.0.0/16, but is ${cidr}`;
  const { first, bits } = parse(cidr);
  if (bits < LARGEST_NETWORK_BITS || bits > SMALLEST_NETWORK_BITS) {
    return `must be from /${LARGEST_NETWORK_BITS} to /${SMALLEST_NETWORK_BITS}, but is ${cidr}: four tiers in two zones or more, with subnets that a load balancer takes`;
  }
  if (first % 2 ** (BITS - bits) !== 0) {
    return `must begin where its range does, but is ${cidr}; that range begins at ${format(first - (first % 2 ** (BITS - bits)))}`;
  }
  if (!isPrivate(first)) {
    return `must be of private addresses (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16), but is ${cidr}`;
  }
  const overlapping = peers.find((peer) => overlaps(cidr, peer));
  return overlapping === undefined
    ? undefined
    : `overlaps ${overlapping}, a network that it is to be connected with`;
}

/** The range of one tier's subnet in one zone, both counted from 0. */
export function subnetRange(cidr: string, tier: number, zone: number): string {
  const { first, bits } = parse(cidr);
  const subnetBits = bits + SPLIT_BITS;
  const place = tier * ZONES_A_TIER + zone;
  return `${format(first + place * 2 ** (BITS - subnetBits))}/${subnetBits}`;
}

export function overlaps(one: string, other: string): boolean {
  const [a, b] = [parse(one), parse(other)];
  const size = 2 ** (BITS - Math.min(a.bits, b.bits));
  return Math.floor(a.first / size) === Math.floor(b.first / size);
}

function parse(cidr: string): Range {
  const [address = "", bits = ""] = cidr.split("/");
  const first = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return { first, bits: Number(bits) };
}

function format(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

function isPrivate(address: number): boolean {
  const [a, b] = format(address).split(".").map(Number);
  return a === 10 || (a === 172 && b! >= 16 && b! < 32) || (a === 192 && b === 168);
}
