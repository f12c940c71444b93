/** Keys fall into as many ranges as Redis Cluster has hash slots. */
export const SLOTS = 16_384;

const OPEN = 123;
const CLOSE = 125;

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc & 0xffff;
});

/**
 * A key's hash slot: CRC16 (XMODEM) of its name, or of the part within the first `{}`, modulo 16384, as the Redis
 * Cluster specification says.
 */
export function slotOf(key: Buffer): number {
  const tag = hashTag(key);
  let crc = 0;
  for (const byte of tag) crc = ((crc << 8) & 0xffff) ^ table[(crc >> 8) ^ byte]!;
  return crc % SLOTS;
}

function hashTag(key: Buffer): Buffer {
  const open = key.indexOf(OPEN);
  const close = open < 0 ? -1 : key.indexOf(CLOSE, open + 1);
  return close > open + 1 ? key.subarray(open + 1, close) : key;
}

/** A set of hash slots, in 2 KiB. */
export class SlotSet {
  readonly #bits = new Uint8Array(SLOTS / 8);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(slot: number): void {
    if (this.has(slot)) return;
    this.#bits[slot >> 3]! |= 1 << (slot & 7);
    this.#size += 1;
  }

  has(slot: number): boolean {
    return (this.#bits[slot >> 3]! & (1 << (slot & 7))) !== 0;
  }

  addAll(other: SlotSet): void {
    for (let slot = 0; slot < SLOTS; slot++) if (other.has(slot)) this.add(slot);
  }
}
