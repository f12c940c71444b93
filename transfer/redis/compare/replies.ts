import { sideError, type Side } from "../errors.ts";
import { RedisError } from "../parser.ts";

const CR = 13;
const MINUS = 45;
const sign = { plus: 43, minus: MINUS, colon: 58, dollar: 36, star: 42 } as const;

/** Where a bulk reply lies: `from` its `$`, `value` its first byte of content, `to` after its line end. */
export interface Bulk {
  readonly from: number;
  readonly value: number;
  readonly to: number;
}

/** Walks over whole replies without making objects of them. A server's error is thrown as what it is for that side. */
export class ReplyCursor {
  readonly data: Buffer;
  readonly #side: Side;
  #at: number;

  constructor(side: Side, data: Buffer, at = 0) {
    this.#side = side;
    this.data = data;
    this.#at = at;
  }

  /** Offset of the next reply. */
  get at(): number {
    return this.#at;
  }

  /** `+OK` */
  status(): void {
    this.#expect(sign.plus);
    this.#at = this.data.indexOf(CR, this.#at) + 2;
  }

  /** `:7`, or undefined for `$-1`. */
  integer(): number | undefined {
    if (this.data[this.#at] === sign.dollar) {
      this.#number();
      return undefined;
    }
    this.#expect(sign.colon);
    return this.#number();
  }

  /** `*n` */
  array(): number {
    this.#expect(sign.star);
    return this.#number();
  }

  /** `$length…`, or undefined for `$-1`. */
  bulk(): Bulk | undefined {
    this.#expect(sign.dollar);
    const from = this.#at;
    const length = this.#number();
    if (length < 0) return undefined;
    const value = this.#at;
    this.#at += length + 2;
    return { from, value, to: this.#at };
  }

  /** Content of a bulk reply, as a view. */
  content({ value, to }: Bulk): Buffer {
    return this.data.subarray(value, to - 2);
  }

  #expect(kind: number): void {
    const found = this.data[this.#at];
    if (found === kind) return;
    if (found === MINUS) throw sideError(this.#side, new RedisError(this.#line()));
    throw new Error(`not the expected Redis reply: it begins with byte ${found}`);
  }

  #line(): string {
    return this.data.toString("utf8", this.#at + 1, this.data.indexOf(CR, this.#at));
  }

  #number(): number {
    const data = this.data;
    let at = this.#at + 1;
    const negative = data[at] === MINUS;
    if (negative) at += 1;
    let value = 0;
    for (; data[at] !== CR; at++) value = value * 10 + (data[at]! - 48);
    this.#at = at + 2;
    return negative ? -value : value;
  }
}
