import type { Socket } from "node:net";
import type { RedisAddress } from "../../redis/connection.ts";
import type { CloseReason } from "../counters.ts";
import type { Session, SessionHost } from "../session.ts";
import { Blocking } from "./blocked.ts";
import { Client, type ClientEvents } from "./client.ts";
import { Forwarder, type Gate } from "./forwarder.ts";
import { Link, type LinkEvents } from "./link.ts";
import { credentials, INVALIDATE_ALL, proveExecuted, restoreClient } from "./restore.ts";
import { Spare } from "./spare.ts";
import type { SpecialContext } from "./specials.ts";
import { ClientState } from "./state.ts";
import type { SessionTools } from "./tools.ts";

/** What waits to be forwarded is at most so large before the client is no longer read from. */
const MAX_WAITING = 64 * 1024;
/** A held client that neither sends nor reads for so long does not go on. */
const STUCK_MS = 50;

/** One client of a Redis relay: its connection, its link upstream, and what may pass between them when. */
export class RedisSession implements Session<RedisAddress>, Gate, ClientEvents, LinkEvents {
  readonly #client: Client;
  readonly #host: SessionHost;
  readonly #tools: SessionTools;
  readonly #state = new ClientState();
  readonly #forwarder: Forwarder;
  readonly #spare: Spare;
  readonly #blocking: Blocking;
  #link: Link | undefined;
  #context: SpecialContext | undefined;
  #held: boolean;
  /** The link is not open to the client yet: its upstream is being told what it must know. */
  #restoring = false;
  /** When a held client last sent or read something. */
  #progressAt = 0;
  /** The client is gone, or is being closed; the link may have something to finish. */
  #over = false;

  constructor(socket: Socket, host: SessionHost, tools: SessionTools, held: boolean) {
    this.#host = host;
    this.#tools = tools;
    this.#held = held;
    this.#forwarder = new Forwarder(this, host.counters, tools.scripts);
    this.#spare = new Spare((address, events) => new Link(address, this.#state, events), this);
    this.#blocking = new Blocking(host.counters);
    this.#client = new Client(socket, host.counters, this);
  }

  // The relay's side.

  get settled(): boolean {
    const link = this.#link;
    if (!link) return true;
    if (this.#over || this.#restoring || link.unproven || link.opaque) return false;
    return this.#idle(link) && !this.#blocking.asking;
  }

  get local(): Link["local"] {
    return this.#link?.local;
  }

  attachedTo(upstream: RedisAddress): boolean {
    return this.#link?.address === upstream && !this.#restoring;
  }

  prepare(upstream: RedisAddress): Promise<boolean> {
    if (this.#over) return Promise.resolve(false);
    return this.#spare.open(upstream);
  }

  hold(): void {
    this.#held = true;
    this.#progressAt = performance.now();
    this.#check();
  }

  nudge(overdue: boolean): void {
    const link = this.#link;
    if (this.#over || !link) return;
    if (this.#blocking.waits && !this.#restoring) {
      const control = this.#tools.control(link.address);
      const asked = this.#blocking.letGo(link, control, this.#state.database);
      void asked.then(() => this.#after(link));
    }
    if (overdue) this.#giveUp(link);
    this.#check();
  }

  attach(upstream: RedisAddress): void {
    if (this.#over || this.attachedTo(upstream)) return;
    if (this.#state.watching) this.#state.breakWatch();
    const old = this.#link;
    this.#link = this.#spare.take(upstream) ?? new Link(upstream, this.#state, this);
    if (old) {
      old.silence();
      this.#host.leftBehind(() => old.destroy()); // That can wait, the clients cannot.
    }
    this.#restoring = true;
    this.#context = this.#contextOf(this.#link);
    if (this.#link.ready) this.ready(this.#link);
  }

  release(upstream: RedisAddress): void {
    this.#held = false;
    if (this.#over) return;
    if (this.#link?.address !== upstream) this.attach(upstream);
    else if (!this.#restoring) this.#open(this.#link);
  }

  close(): void {
    this.#over = true;
    this.#client.destroy();
    this.#spare.close();
    this.#link?.destroy();
  }

  // The forwarder's side.

  get shut(): boolean {
    return this.#blocking.waits || (this.#held && !this.#state.inTransaction);
  }

  get closing(): boolean {
    return this.#held;
  }

  // The client's side.

  received(): void {
    if (this.#held) this.#progressAt = performance.now();
    this.#pump();
  }

  ended(): void {
    const link = this.#link;
    if (this.#over) return;
    const unsent = this.#client.waiting.length > 0 && !this.#blocking.waits;
    // Nothing is to be done for it any more: a server, too, forgets a client that ends while it is blocked.
    if (this.#held && this.settled && !unsent) this.#end();
    else if (this.#blocking.waits) link?.end();
    else this.#pump();
  }

  caughtUp(): void {
    if (this.#held) this.#progressAt = performance.now();
    this.#link?.resume();
  }

  gone(): void {
    if (!this.#over) this.#end();
  }

  // The link's side.

  ready(link: Link): void {
    if (link !== this.#link) return;
    restoreClient(link, this.#state);
    if (link.flight.owed === 0) this.#restored(link);
  }

  reply(bytes: Buffer): void {
    if (!this.#client.write(bytes)) this.#link?.pause();
  }

  progress(link: Link): void {
    if (link !== this.#link) return;
    if (this.#restoring && link.flight.owed === 0) this.#restored(link);
    if (this.#client.waiting.length > 0) this.#pump();
    this.#after(link);
  }

  drained(): void {
    this.#steer();
  }

  closed(link: Link): void {
    if (link !== this.#link) return;
    const carried = this.#held && (this.#restoring || (this.#idle(link) && !link.opaque));
    this.#link = undefined;
    this.#restoring = false;
    if (this.#over) return this.#host.gone(this);
    if (!carried) {
      const missed = !link.ready || (link.flight.owed > 0 && !link.opaque);
      if (missed && !this.#client.ended) this.#host.closed("upstream");
      return this.#end();
    }
    if (this.#state.watching) this.#state.breakWatch();
    this.#host.settled(this);
  }

  // What follows from it.

  /** Something may have settled, or a command that was let go must be issued again because the hold is over. */
  #after(link: Link): void {
    if (this.#held) this.#check();
    else if (link === this.#link && !this.#restoring && !this.#over) this.#blocking.reissue(link);
  }

  /** Forwards what may be forwarded. */
  #pump(): void {
    const link = this.#link;
    if (link && !this.#restoring && !this.#over) {
      const { waiting, ended } = this.#client;
      if (link.opaque) {
        link.write(waiting);
        this.#client.forwarded(waiting.length);
      } else this.#client.forwarded(this.#forwarder.forward(waiting, this.#context!));
      if (ended && !this.shut) link.end();
    }
    this.#steer();
  }

  /** Reads from the client only what can be forwarded or kept. */
  #steer(): void {
    const stuck = this.shut || this.#restoring || !this.#link;
    const kept = stuck && this.#client.waiting.length > MAX_WAITING;
    this.#client.pause(kept || (this.#link?.full ?? false));
  }

  /** Everything forwarded is answered, nothing is forwarded in part. */
  #idle(link: Link): boolean {
    return link.flight.owed === 0 && this.#forwarder.atBoundary && !this.#state.inTransaction;
  }

  #restored(link: Link): void {
    if (link.refused) {
      if (!this.#held) return this.#finish("refused");
      return link.destroy(); // The relay sees that it is not attached.
    }
    this.#restoring = false;
    const { tracking, protocol } = this.#state;
    if (tracking === "keys" && protocol === 3) this.reply(INVALIDATE_ALL);
    if (this.#held) this.#check();
    else this.#open(link);
  }

  /** Lets the client's requests pass. */
  #open(link: Link): void {
    const silence = this.#state.silence();
    if (silence) {
      link.unproven = true;
      link.write(silence);
    }
    this.#blocking.reissue(link);
    this.#pump();
  }

  /** While held: does what settling needs, and tells the relay once it is there. */
  #check(): void {
    const link = this.#link;
    if (link && !this.#over && !this.#restoring) {
      const { uncarryable, monitoring } = this.#state;
      const lost = link.opaque || monitoring || (uncarryable !== undefined && this.#idle(link));
      if (lost && (link.opaque || link.atBoundary)) return this.#finish(uncarryable ?? "unknown");
      if (link.unproven && this.#idle(link)) proveExecuted(link);
    }
    if (this.settled) this.#host.settled(this);
  }

  /** The client has had time enough; what only the server delays, or is large and goes on, is waited for. */
  #giveUp(link: Link): void {
    const stuck = performance.now() - this.#progressAt >= STUCK_MS;
    if (this.#restoring) link.destroy();
    else if (this.#state.inTransaction) this.#finish("transaction");
    else if (stuck && !this.#forwarder.atBoundary) this.#finish("request");
    else if (stuck && this.#client.full) {
      this.#client.destroy();
      this.#finish("reader");
    }
  }

  #finish(reason: CloseReason): void {
    this.#host.closed(reason);
    this.#end();
  }

  /** Ends the client, and the link as soon as nothing of the client's can be executed any more. */
  #end(): void {
    this.#over = true;
    this.#client.finish();
    this.#spare.close();
    const link = this.#link;
    if (!link) this.#host.gone(this);
    else if (this.#restoring || (this.#idle(link) && !link.unproven && !link.opaque))
      link.destroy();
    else link.leave();
  }

  #contextOf(link: Link): SpecialContext {
    return {
      state: this.#state,
      link,
      credentials: credentials(link.address),
      block: (command) => this.#blocking.begin(link, command),
      brokenWatch: () => (this.#host.counters.brokenWatches += 1),
    };
  }
}
