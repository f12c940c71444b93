const LF = 10;
const MARK_BYTES = 40;

/** Lets the snapshot of a full resynchronisation pass by, in either of the forms in which it comes. */
export class RdbSkipper {
  #header = "";
  /** Bytes still to come when the length was announced. */
  #left: number | undefined;
  /** Forty bytes that end a snapshot of unknown length. */
  #mark: Buffer | undefined;
  #tail: Buffer = Buffer.alloc(0);

  /** Returns what came after the snapshot, undefined as long as it has not ended. */
  push(chunk: Buffer): Buffer | undefined {
    const data = this.#left === undefined && !this.#mark ? this.#readHeader(chunk) : chunk;
    if (!data) return undefined;
    return this.#mark ? this.#untilMark(data, this.#mark) : this.#untilLength(data);
  }

  /** `$length` or `$EOF:mark`; empty lines before it only keep the connection alive. */
  #readHeader(chunk: Buffer): Buffer | undefined {
    for (let at = 0; at < chunk.length; at++) {
      if (chunk[at] !== LF) {
        this.#header += String.fromCharCode(chunk[at]!);
        continue;
      }
      const header = this.#header.trim();
      this.#header = "";
      if (header === "") continue;
      if (header.startsWith("$EOF:")) this.#mark = Buffer.from(header.slice(5), "latin1");
      else this.#left = Number(header.slice(1));
      if (this.#mark?.length !== MARK_BYTES && !Number.isInteger(this.#left)) {
        throw new Error(`not a snapshot: ${header.slice(0, 80)}`);
      }
      return chunk.subarray(at + 1);
    }
    return undefined;
  }

  #untilLength(data: Buffer): Buffer | undefined {
    const passed = Math.min(this.#left!, data.length);
    this.#left! -= passed;
    return this.#left === 0 ? data.subarray(passed) : undefined;
  }

  #untilMark(data: Buffer, mark: Buffer): Buffer | undefined {
    const joined = Buffer.concat([this.#tail, data]);
    const at = joined.indexOf(mark);
    if (at >= 0) return joined.subarray(at + MARK_BYTES);
    this.#tail = joined.subarray(Math.max(0, joined.length - MARK_BYTES + 1));
    return undefined;
  }
}
