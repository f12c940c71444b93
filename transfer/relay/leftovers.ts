/** Closed in one go, so many connections do not keep clients waiting. */
const AT_ONCE = 50;

/** Connections that are of no use any more, and are closed when clients do not wait for anything else. */
export class Leftovers {
  #left: (() => void)[] = [];

  /** To be closed by this at the next `close`. */
  add(close: () => void): void {
    this.#left.push(close);
  }

  /** Begins to close what there is, a few at a time; what comes in between goes first. */
  close(): void {
    const left = this.#left;
    this.#left = [];
    const some = () => {
      for (const close of left.splice(-AT_ONCE)) close();
      if (left.length > 0) setImmediate(some);
    };
    some();
  }
}
