import type { Counters } from "../counters.ts";
import type { Link } from "./link.ts";
import { RequestCutter } from "./requests.ts";
import type { Scripts } from "./scripts.ts";
import { takeSpecial, type Detour, type SpecialContext } from "./specials.ts";

/** A request that must be taken whole and is larger is forwarded unseen. */
const MAX_TAKEN = 1024 * 1024;
/** SCRIPT LOAD body, EVAL body, EVALSHA digest: what comes after may be large and need not be waited for. */
const SCRIPT_ARGS = 3;

/** What the forwarder asks before each request. */
export interface Gate {
  /** Nothing more from this boundary on. */
  readonly shut: boolean;
  /** A hold has begun: stop as soon as the gate is shut, not at the end of the chunk. */
  readonly closing: boolean;
}

/**
 * The way up: passes what a client sends on to its upstream as it comes, and counts it. Only requests with a meaning
 * for the relay are taken out of the stream.
 */
export class Forwarder {
  readonly #cutter = new RequestCutter();
  readonly #gate: Gate;
  readonly #counters: Counters;
  readonly #scripts: Scripts;
  /** Begin of what has not been written of the data being forwarded. */
  #from = 0;

  constructor(gate: Gate, counters: Counters, scripts: Scripts) {
    this.#gate = gate;
    this.#counters = counters;
    this.#scripts = scripts;
  }

  /** No request has been forwarded in part. */
  get atBoundary(): boolean {
    return this.#cutter.atBoundary;
  }

  /** Forwards what may be and is understood; returns up to where. */
  forward(data: Buffer, context: SpecialContext): number {
    const cutter = this.#cutter;
    this.#from = 0;
    let at = 0;
    while (!(cutter.atBoundary && this.#gate.shut)) {
      at = cutter.walk(data, at, this.#gate.closing || context.state.oneShot ? 1 : Infinity);
      this.#count(context);
      if (cutter.stop === "limit") continue;
      if (cutter.stop === "broken") {
        // The server will say so to the client, and close.
        context.link.opaque = true;
        at = data.length;
      }
      if (cutter.stop !== "special") break;
      const next = this.#special(data, at, context);
      if (next < 0) break;
      at = next;
    }
    this.#flush(data, at, context.link);
    return at;
  }

  /** Writes what has been walked over and not yet written. */
  #flush(data: Buffer, to: number, link: Link): void {
    const from = this.#from;
    if (to > from) link.write(from === 0 && to === data.length ? data : data.subarray(from, to));
    this.#from = to;
  }

  /** Counts the plain requests that were walked over, and the replies that they will get. */
  #count({ state, link }: SpecialContext): void {
    const requests = this.#cutter.passed;
    if (requests === 0) return;
    this.#cutter.passed = 0;
    this.#counters.requests += requests;
    const skipped = state.oneShot?.answered === false ? 1 : 0;
    state.oneShot = undefined;
    if (state.silent || skipped > 0) link.unproven = true;
    if (!state.silent) link.flight.sent += requests - skipped;
  }

  /** Deals with the request at `at`; returns where to go on, -1 when more of it is needed. */
  #special(data: Buffer, at: number, context: SpecialContext): number {
    const kind = this.#cutter.kind!;
    const request = this.#cutter.take(data, at, kind === "script" ? SCRIPT_ARGS : Infinity);
    if (request === undefined) {
      if (data.length - at < MAX_TAKEN) return -1;
      if (kind !== "script") context.state.uncarryable ??= "unknown";
      return this.#cutter.pass(data, at);
    }
    if (kind === "script") {
      this.#scripts.observe(request.args);
      return this.#cutter.pass(data, at);
    }
    this.#counters.requests += 1;
    if (kind === "blocking") this.#flush(data, at, context.link); // Something may have to be asked before it.
    const detour = takeSpecial(context, kind, request.args);
    if (detour) this.#detour(data, at, request.end, detour, context.link);
    return request.end;
  }

  #detour(data: Buffer, at: number, end: number, detour: Detour, link: Link): void {
    this.#flush(data, detour.instead ? at : end, link);
    if (detour.instead) link.write(detour.instead);
    if (detour.after) link.write(detour.after);
    this.#from = end;
  }
}
