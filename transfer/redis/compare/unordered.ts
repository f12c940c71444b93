/** First byte of a serialised value: a set and a hash that are kept as hash tables. Redis's `rdb.h`, the same since 1.0. */
const SET = 2;
const HASH = 4;

/** The upper two bits of a length: in 6 bits, in 14, in further bytes, or no length but an encoded value. */
const [SIX, FOURTEEN, LONGER, ENCODED] = [0, 1, 2, 3];
/** What follows a first byte of 0x80 and of 0x81. */
const LONGER_BYTES = [4, 8];
/** Encoded values: integers of one, two and four bytes, and compressed text. */
const INTEGER_BYTES = [1, 2, 4];
const COMPRESSED = 3;

/**
 * Whether two serialised values are sets, or hashes, of the same elements in another order: each server keeps its hash
 * tables in an order of its own. Elements are compared as they are serialised, which servers of one version do alike;
 * so `false` does not prove a difference. The values come without DUMP's footer.
 */
export function sameElements(source: Buffer, target: Buffer): boolean {
  const type = source[0];
  if (type !== target[0] || source.length !== target.length) return false;
  if (type !== SET && type !== HASH) return false;
  const width = type === HASH ? 2 : 1;
  const wanted = new Set(elements(source, width));
  for (const element of elements(target, width)) if (!wanted.delete(element)) return false;
  return wanted.size === 0;
}

/** Each element's bytes, a hash's field and value together, as a string of them. */
function* elements(value: Buffer, width: number): Generator<string> {
  const cursor = new LengthCursor(value);
  for (let left = cursor.length(); left > 0; left--) {
    const from = cursor.at;
    for (let part = 0; part < width; part++) cursor.skipText();
    yield value.toString("latin1", from, cursor.at);
  }
}

/** Walks over lengths and texts of the serialised form. */
class LengthCursor {
  /** After the type. */
  at = 1;
  readonly #data: Buffer;

  constructor(data: Buffer) {
    this.#data = data;
  }

  length(): number {
    const data = this.#data;
    const first = data[this.at++]!;
    switch (first >> 6) {
      case SIX:
        return first;
      case FOURTEEN:
        return ((first & 0x3f) << 8) | data[this.at++]!;
      case LONGER: {
        const bytes = LONGER_BYTES[first & 0x3f]!;
        this.at += bytes;
        // Of eight bytes the upper four are 0: no value that is serialised for a comparison is so large.
        return data.readUInt32BE(this.at - 4);
      }
      default:
        throw new RangeError("an encoded value where a length should be");
    }
  }

  skipText(): void {
    const first = this.#data[this.at]!;
    if (first >> 6 !== ENCODED) {
      const length = this.length();
      this.at += length;
      return;
    }
    const encoding = first & 0x3f;
    this.at += 1;
    if (encoding === COMPRESSED) {
      const compressed = this.length();
      this.length();
      this.at += compressed;
    } else this.at += INTEGER_BYTES[encoding]!;
  }
}
