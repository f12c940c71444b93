import type { Session } from "./session.ts";

/** How often what has not settled is asked again. */
const NUDGE_MS = 2;

/** Waits for a number of sessions to settle, nudging those that have not. */
export class Settling<Upstream> {
  /** Resolves when none is left; rejects when it is given up. */
  readonly done: Promise<void>;
  readonly #left: Set<Session<Upstream>>;
  readonly #timer: NodeJS.Timeout;
  #resolve: () => void = () => {};
  #reject: (why: Error) => void = () => {};

  /** After `patienceMs` sessions are told that they are overdue. */
  constructor(sessions: Iterable<Session<Upstream>>, patienceMs: number) {
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.done.catch(() => {}); // Whoever waits for it is told; nobody need wait.
    this.#left = new Set([...sessions].filter((session) => !session.settled));
    const begun = performance.now();
    const nudge = () => {
      const overdue = performance.now() - begun >= patienceMs;
      for (const session of this.#left) session.nudge(overdue);
    };
    this.#timer = setInterval(nudge, NUDGE_MS);
    nudge();
    this.#end();
  }

  /** Sessions that have not settled. */
  get left(): number {
    return this.#left.size;
  }

  settled(session: Session<never>): void {
    this.#left.delete(session);
    this.#end();
  }

  giveUp(why: Error): void {
    clearInterval(this.#timer);
    this.#reject(why);
  }

  #end(): void {
    if (this.#left.size > 0) return;
    clearInterval(this.#timer);
    this.#resolve();
  }
}
