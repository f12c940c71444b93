import type { Flight, Verdict } from "./flight.ts";
import { ReplyCutter } from "./replies.ts";
import type { ClientState } from "./state.ts";
import { EMPTY, sign } from "./wire.ts";

/** First words of frames that nobody asked for. */
const MESSAGES: ReadonlySet<string> = new Set(["message", "pmessage", "smessage"]);
const ACKNOWLEDGEMENTS = /^[ps]?(un)?subscribe$/;

/** What the frame under way counts as, once it has passed. */
type Role = "reply" | "acknowledgement" | "unasked";

/**
 * What one upstream connection answers: passes it on as it comes and counts it off against the requests in flight.
 * Only the replies that mean something to the relay are looked at, one by one.
 */
export class ReplyStream {
  readonly #cutter = new ReplyCutter();
  readonly #flight: Flight;
  readonly #state: ClientState;
  readonly #emit: (bytes: Buffer) => void;
  #rest: Buffer = EMPTY;
  #verdict: Verdict = "forward";
  #role: Role = "reply";
  /** Acknowledgements still to come of the (un)subscription that is being answered. */
  #acks = 0;

  constructor(flight: Flight, state: ClientState, emit: (bytes: Buffer) => void) {
    this.#flight = flight;
    this.#state = state;
    this.#emit = emit;
  }

  /** The client has been given whole replies only. */
  get atBoundary(): boolean {
    return this.#cutter.atBoundary;
  }

  push(chunk: Buffer): void {
    const data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const end = this.#consume(data);
    this.#rest = end < data.length ? data.subarray(end) : EMPTY;
  }

  /** Returns up to where the data is understood. */
  #consume(data: Buffer): number {
    let at = 0;
    let from = 0; // Begin of what has not been passed on.
    for (;;) {
      if (this.#cutter.atBoundary) {
        at = this.#passPlain(data, at);
        if (!this.#cutter.atBoundary || this.#cutter.starved || at >= data.length) break;
        const verdict = this.#judge(data, at);
        if (verdict === undefined) break;
        this.#verdict = verdict;
        if (verdict !== "forward") this.#send(data, from, at);
      }
      at = this.#cutter.walkOne(data, at);
      if (this.#verdict !== "forward") from = at;
      if (!this.#cutter.atBoundary) break;
      this.#finish();
    }
    this.#send(data, from, at);
    return at;
  }

  /** Passes over the replies that need no look. */
  #passPlain(data: Buffer, from: number): number {
    this.#cutter.starved = false;
    const plain = this.#looksAtEach ? 0 : this.#flight.plain;
    if (plain === 0) return from;
    this.#verdict = "forward";
    this.#role = "reply";
    const at = this.#cutter.walk(data, from, plain);
    this.#flight.answered += this.#cutter.passed;
    return at;
  }

  get #looksAtEach(): boolean {
    return this.#state.messagesAmongReplies || this.#state.monitoring || this.#acks > 0;
  }

  /** What to do with the frame at `at`; undefined when its beginning is not there yet. */
  #judge(data: Buffer, at: number): Verdict | undefined {
    const cutter = this.#cutter;
    const answer = this.#flight.plain === 0 ? this.#flight.next : undefined;
    this.#role = "reply";
    // The relay's own requests go first on a link, before the client can have made a monitor of it.
    if (this.#state.monitoring && !answer?.own) return this.#as("unasked", "forward");
    if (!cutter.peek(data, at)) return undefined;
    const push = cutter.type === sign.push;
    if (push || (cutter.type === sign.array && (this.#looksAtEach || answer?.acks))) {
      const word = cutter.firstWord(data, at);
      if (word === undefined) return undefined;
      if (answer?.acks && ACKNOWLEDGEMENTS.test(word)) {
        if (this.#acks === 0) this.#acks = answer.acks();
        return this.#as("acknowledgement", answer.own ? "drop" : "forward");
      }
      if (push || MESSAGES.has(word)) return this.#as("unasked", "forward");
      cutter.peek(data, at);
    }
    return answer ? answer.judge(cutter, data, at) : "forward";
  }

  #as(role: Role, verdict: Verdict): Verdict {
    this.#role = role;
    return verdict;
  }

  /** The frame under way has passed to its end. */
  #finish(): void {
    const answer = this.#flight.plain === 0 ? this.#flight.next : undefined;
    if (typeof this.#verdict !== "string") this.#emit(this.#verdict);
    if (this.#role === "unasked" || (this.#role === "reply" && this.#cutter.push)) return;
    if (this.#role === "acknowledgement") {
      this.#acks -= 1;
      if (this.#acks > 0) return;
      answer?.acked?.();
    }
    if (answer) this.#flight.settle();
    else this.#flight.answered += 1;
  }

  #send(data: Buffer, from: number, to: number): void {
    if (to <= from) return;
    this.#emit(from === 0 && to === data.length ? data : data.subarray(from, to));
  }
}
