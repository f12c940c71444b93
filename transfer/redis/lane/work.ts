import type { CopyResult } from "../lane.ts";

/** Parcels are cut so that the source is asked for little at a time, and others' commands get between. */
const PARCEL_KEYS = 256;
const PARCEL_BYTES = 1024 * 1024;
/** What a key is taken to hold where the source does not tell sizes. */
const ASSUMED_BYTES = 4 * 1024;

/** Some keys of one call: asked from the source in one go, acknowledged by the target in one go. */
export interface Parcel {
  readonly call: Call;
  readonly keys: readonly Buffer[];
  /** Size of the values in the source's memory. */
  readonly announced: number;
  /** Values whose reply has come. */
  received: number;
  /** Bytes of those values. */
  bytes: number;
  /** Commands that the target has been sent and has not answered. */
  unanswered: number;
}

/** One call of `copy`, from the asking of sizes to the last acknowledgement. */
export class Call {
  readonly db: number;
  readonly keys: readonly Buffer[];
  /** Size of each key on the source, as far as it was told. */
  readonly sizes: number[] = [];
  readonly done: Promise<CopyResult>;
  copied = 0;
  removed = 0;
  readonly large: Buffer[] = [];
  #bytes = 0;
  #next = 0;
  #open = 0;
  #resolve!: (result: CopyResult) => void;
  reject!: (error: Error) => void;

  constructor(db: number, keys: readonly Buffer[]) {
    this.db = db;
    this.keys = keys;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.reject = reject;
    });
  }

  get sized(): boolean {
    return this.sizes.length === this.keys.length;
  }

  /** Whether every key has been given to a parcel, or set aside as large. */
  get exhausted(): boolean {
    return this.#next === this.keys.length;
  }

  /** Does without sizes. */
  assumeSizes(): void {
    this.sizes.push(...this.keys.map(() => ASSUMED_BYTES));
  }

  /** The next keys to ask for; undefined when only large ones were left. */
  nextParcel(largeAbove: number): Parcel | undefined {
    const keys: Buffer[] = [];
    let announced = 0;
    for (; !this.exhausted && keys.length < PARCEL_KEYS; this.#next++) {
      const size = this.sizes[this.#next]!;
      if (keys.length > 0 && announced + size > PARCEL_BYTES) break;
      if (size > largeAbove) {
        this.large.push(this.keys[this.#next]!);
        continue;
      }
      keys.push(this.keys[this.#next]!);
      announced += size;
    }
    if (keys.length === 0) return undefined;
    this.#open += 1;
    return { call: this, keys, announced, received: 0, bytes: 0, unanswered: 0 };
  }

  /** The target has acknowledged a parcel. */
  acknowledge(parcel: Parcel): void {
    this.#open -= 1;
    this.#bytes += parcel.bytes;
  }

  /** Whether nothing is left to do. */
  resolveIfDone(): boolean {
    if (!this.exhausted || this.#open > 0) return false;
    const { copied, removed, large } = this;
    this.#resolve({ copied, removed, bytes: this.#bytes, large });
    return true;
  }
}
