import { RedisError } from "../redis/parser.ts";

/** The token is read again at most so often (ms). */
const READ_EVERY_MS = 1_000;

/** The target's token, which may be rotated while a relay runs. */
export class Token {
  readonly #read: () => Promise<string>;
  #value: string;
  #readAt = -Infinity;
  #reading: Promise<boolean> | undefined;

  private constructor(read: () => Promise<string>, value: string) {
    this.#read = read;
    this.#value = value;
  }

  /** Rejects as `read` does. */
  static async open(read: () => Promise<string>): Promise<Token> {
    return new Token(read, await read());
  }

  get value(): string {
    return this.#value;
  }

  /** The target has refused the token: reads it again, but not too often. Resolves with whether it is another one now. */
  refused(): Promise<boolean> {
    const wait = performance.now() - this.#readAt < READ_EVERY_MS;
    if (!wait) this.#reading ??= this.#readAgain();
    return this.#reading ?? Promise.resolve(false);
  }

  async #readAgain(): Promise<boolean> {
    this.#readAt = -Infinity;
    const before = this.#value;
    try {
      this.#value = await this.#read();
    } catch {
      // The next refusal asks again.
    } finally {
      this.#reading = undefined;
    }
    return this.#value !== before;
  }
}

/** Whether a server refused the token, or asked for one. */
export function isRefusal(error: unknown): boolean {
  return (
    error instanceof RedisError && /^(WRONGPASS|NOAUTH|ERR invalid password)/.test(error.message)
  );
}
