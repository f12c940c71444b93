const DAY_MS = 86_400_000;
const WARN_WITHIN_MS = 3 * DAY_MS;
/** The clock may be set meanwhile, and no timer counts longer than 24 days. */
const LOOK_EVERY_MS = 60_000;

/** The hard end of a relay: it is a door to an encrypted store, and must not be forgotten open. */
export class Expiry {
  /** Resolves at the expiry; never without one. */
  readonly passed: Promise<void>;
  readonly at: Date | undefined;
  readonly #warn: (line: string) => void;
  readonly #now: () => number;
  #warnedAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #end: () => void = () => {};

  /** Warns once a day in the last three days. */
  constructor(at: Date | undefined, warn: (line: string) => void, now = () => Date.now()) {
    this.at = at;
    this.#warn = warn;
    this.#now = now;
    this.passed = new Promise((resolve) => (this.#end = resolve));
  }

  /** Negative when it has passed; undefined without an expiry. */
  get seconds(): number | undefined {
    return this.at && (this.at.getTime() - this.#now()) / 1_000;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Looks at the clock, now and until the end. */
  watch(): void {
    if (!this.at) return;
    const left = this.at.getTime() - this.#now();
    if (left <= 0) return this.#end();
    if (left <= WARN_WITHIN_MS) this.#warnDaily(this.at);
    this.#timer = setTimeout(() => this.watch(), Math.min(left, LOOK_EVERY_MS));
  }

  #warnDaily(at: Date): void {
    if (this.#now() - this.#warnedAt < DAY_MS) return;
    this.#warnedAt = this.#now();
    this.#warn(
      `This relay ends at ${at.toISOString()} and closes its clients then. Deploy the application straight to the target before, or set godwit:relayUntil to a later time and bring the stack up.`,
    );
  }
}
