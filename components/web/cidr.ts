const OCTETS = 4;
/** A VPC has 16 to 28 bits; two subnets of 16 addresses or more each leave at most 27. */
const LONGEST = 27;
const SHORTEST = 16;

interface Range {
  /** First address. */
  readonly first: number;
  readonly bits: number;
}

/** Why a range cannot be a network of two subnets, as what follows "must"; nothing if it can. */
export function cidrProblem(cidr: string): string | undefined {
  const range = parse(cidr);
  if (!range) return "be a range of IPv4 addresses";
  const { first, bits } = range;
  if (bits < SHORTEST || bits > LONGEST) return `have a prefix from /${SHORTEST} to /${LONGEST}`;
  const right = `${addressOf(first - (first % sizeOf(bits)))}/${bits}`;
  return right === cidr ? undefined : `begin at its first address, ${right}`;
}

/** The two halves of a range that `cidrProblem` accepts. */
export function halvesOf(cidr: string): [string, string] {
  const { first, bits } = parse(cidr)!;
  const half = bits + 1;
  return [`${addressOf(first)}/${half}`, `${addressOf(first + sizeOf(half))}/${half}`];
}

function parse(cidr: string): Range | undefined {
  const [, address, bits] = /^((?:\d{1,3}\.){3}\d{1,3})\/(\d{1,2})$/.exec(cidr) ?? [];
  if (address === undefined) return undefined;
  const octets = address.split(".").map(Number);
  if (octets.some((octet) => octet > 255) || Number(bits) > 32) return undefined;
  return { first: octets.reduce((sum, octet) => sum * 256 + octet, 0), bits: Number(bits) };
}

const sizeOf = (bits: number) => 2 ** (32 - bits);

function addressOf(number: number): string {
  const octets = Array.from({ length: OCTETS }, (_, i) => Math.floor(number / 256 ** i) % 256);
  return octets.reverse().join(".");
}
