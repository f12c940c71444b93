import type { ReplyCutter } from "./replies.ts";

/** What becomes of a reply: passed on to the client, left out, or these bytes instead. */
export type Verdict = "forward" | "drop" | Buffer;

/** How the answer to a request with a meaning for the relay is taken. */
export interface Answer {
  /** Sees type and number of the reply when it begins, and the data from there on. */
  judge(reply: ReplyCutter, data: Buffer, at: number): Verdict;
  /** For (un)subscribing: how many acknowledgements there will be, asked when it is the next to be answered. */
  acks?(): number;
  /** All acknowledgements are there. */
  acked?(): void;
  /** Whether the acknowledgements are the client's or the relay's own. */
  readonly own?: boolean;
}

interface Expected {
  /** Number of the request on its connection, from 1. */
  readonly number: number;
  readonly answer: Answer;
  next: Expected | undefined;
}

/**
 * What is under way on one upstream connection. Plain requests are only counted; those that mean something to the
 * relay are kept in order with what is to be done at their reply.
 */
export class Flight {
  /** Requests forwarded that get a reply. */
  sent = 0;
  /** Replies that have come back whole. */
  answered = 0;
  #first: Expected | undefined;
  #last: Expected | undefined;

  /** Replies still to come. */
  get owed(): number {
    return this.sent - this.answered;
  }

  /** How many plain replies come before the next one that is to be looked at. */
  get plain(): number {
    return this.#first ? this.#first.number - 1 - this.answered : Infinity;
  }

  /** The answer to be looked at next; it is due when `plain` is 0. */
  get next(): Answer | undefined {
    return this.#first?.answer;
  }

  /** Counts a request that was forwarded and says how its reply is to be taken. */
  expect(answer: Answer): void {
    this.sent += 1;
    const expected = { number: this.sent, answer, next: undefined };
    if (this.#last) this.#last.next = expected;
    else this.#first = expected;
    this.#last = expected;
  }

  /** The reply that was due has been passed to its end. */
  settle(): void {
    this.answered += 1;
    this.#first = this.#first?.next;
    if (!this.#first) this.#last = undefined;
  }
}
