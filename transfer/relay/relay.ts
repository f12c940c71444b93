import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { Counters, type CloseReason } from "./counters.ts";
import {
  HoldEndedError,
  type HoldOptions,
  type HoldReport,
  type PrepareReport,
  type RelayOptions,
  type RelayState,
  type RelayStats,
  type SwitchReport,
} from "./options.ts";
import { Leftovers } from "./leftovers.ts";
import { forEachAtMost } from "./pool.ts";
import type { Protocol, Session, SessionHost } from "./session.ts";
import { Settling } from "./settling.ts";

const MAX_CLIENTS = 10_000;
const PATIENCE_MS = 100;
/** A switch waits so long (ms) for connections to the new upstream. */
const ATTACH_MS = 5_000;
/** Connections opened ahead at the same time. */
const PREPARED_AT_ONCE = 32;
const BACKLOG = 1_024;
/** Clients that were told that the relay ends have so long (ms) to read what they were given, and to close. */
const LEAVE_MS = 500;

/** One hold, from its beginning to the release. */
interface Hold<Upstream> {
  readonly before: Upstream;
  readonly options: HoldOptions;
  readonly deadline: NodeJS.Timeout | undefined;
  /** Waits for the sessions: first for their replies, then for their new upstream. */
  settling: Settling<Upstream>;
  quiet: boolean;
}

/**
 * Stands between clients and a server and can be told to hold them, to switch to another server and to let them go.
 * Knows connections and holds; what a request is, the protocol knows. docs/relay.md tells the whole.
 */
export class Relay<Upstream> implements SessionHost {
  readonly counters = new Counters();
  readonly #protocol: Protocol<Upstream>;
  readonly #server: Server;
  readonly #sessions = new Set<Session<Upstream>>();
  readonly #sockets = new Set<Socket>();
  readonly #maxClients: number;
  readonly #onClosed: ((reason: CloseReason) => void) | undefined;
  /** Resolves when the port is free and every client is gone. */
  readonly #ended: Promise<void>;
  #upstream: Upstream;
  /** Where new sessions, too, open a connection ahead. */
  #prepared: Upstream | undefined;
  #hold: Hold<Upstream> | undefined;
  /** What is left to be closed of upstreams that clients have been taken from. */
  readonly #left = new Leftovers();
  #holds = 0;
  #expired = 0;

  private constructor(options: RelayOptions<Upstream>) {
    this.#protocol = options.protocol;
    this.#upstream = options.upstream;
    this.#maxClients = options.maxClients ?? MAX_CLIENTS;
    this.#onClosed = options.onClosed;
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
    this.#ended = new Promise((resolve) => this.#server.once("close", resolve));
    if (!options.held) return;
    this.#hold = this.#beginHold({});
    this.#hold.quiet = true;
  }

  /** Listens. Rejects when the address cannot be bound. */
  static async start<Upstream>(options: RelayOptions<Upstream>): Promise<Relay<Upstream>> {
    const relay = new Relay(options);
    relay.#server.listen({ ...options.listen, backlog: BACKLOG });
    await once(relay.#server, "listening");
    relay.#server.on("error", () => relay.closed("limit")); // No file descriptor left for another client.
    return relay;
  }

  /** Where clients connect. */
  get address(): { readonly host: string; readonly port: number } {
    const { address, port } = this.#server.address() as AddressInfo;
    return { host: address, port };
  }

  get upstream(): Upstream {
    return this.#upstream;
  }

  get state(): RelayState {
    if (!this.#hold) return "open";
    return this.#hold.quiet ? "held" : "holding";
  }

  /**
   * Before a hold: opens a connection to the next upstream for every client, and tells the upstream what it must know
   * of all, so that the switch takes no handshake. Rejects when the upstream cannot be reached or used.
   */
  async prepare(upstream: Upstream): Promise<PrepareReport> {
    await this.#protocol.prepare(upstream);
    this.#prepared = upstream;
    let ready = 0;
    let failed = 0;
    await forEachAtMost(PREPARED_AT_ONCE, [...this.#sessions], async (session) => {
      if (await session.prepare(upstream)) ready += 1;
      else failed += 1;
    });
    return { ready, failed };
  }

  /**
   * Forwards nothing more from each client's next boundary on. Resolves when nothing is under way on the upstream.
   * Rejects with HoldEndedError when the deadline comes before; the clients are then where they were.
   */
  async hold(options: HoldOptions): Promise<HoldReport> {
    if (this.#hold) throw new Error("The relay is held already: release it first.");
    const begun = performance.now();
    const { unblocked } = this.counters;
    const closed = { ...this.counters.closed };
    const sessions = this.#sessions.size;
    for (const session of [...this.#sessions]) session.hold();
    const hold = this.#beginHold(options);
    this.#hold = hold;
    this.#holds += 1;
    await hold.settling.done;
    hold.quiet = true;
    return {
      ms: performance.now() - begun,
      sessions,
      unblocked: this.counters.unblocked - unblocked,
      closed: this.counters.closedSince(closed),
    };
  }

  /**
   * While held and quiet: connects every client to this upstream and brings its state along; the clients still wait.
   * Rejects when the upstream cannot be reached, which leaves the relay held where it was, and with HoldEndedError
   * when the hold is over.
   */
  async switchTo(upstream: Upstream): Promise<SwitchReport> {
    const hold = this.#hold;
    if (!hold?.quiet) throw new HoldEndedError("The relay is not held: hold it, then switch.");
    const begun = performance.now();
    await this.#protocol.prepare(upstream);
    if (hold !== this.#hold) throw new HoldEndedError("The hold ended before the switch.");
    this.#upstream = upstream;
    const sessions = [...this.#sessions];
    for (const session of sessions) session.attach(upstream);
    hold.settling = new Settling(sessions, ATTACH_MS);
    await hold.settling.done;
    const attached = sessions.filter((session) => session.attachedTo(upstream)).length;
    return {
      ms: performance.now() - begun,
      attached,
      failed: sessions.filter((session) => this.#sessions.has(session)).length - attached,
    };
  }

  /** Lets the clients go, to where the relay was switched, or to where they were. */
  release(): void {
    const hold = this.#hold;
    if (!hold) return;
    this.#hold = undefined;
    clearTimeout(hold.deadline);
    hold.settling.giveUp(new HoldEndedError("The hold was ended before all had settled."));
    if (this.#prepared === this.#upstream) this.#prepared = undefined;
    for (const session of [...this.#sessions]) session.release(this.#upstream);
    this.#left.close();
  }

  /** Local ports of the clients' connections to the upstream, by the host they come from. */
  links(): Record<string, number[]> {
    const links: Record<string, number[]> = {};
    for (const { local } of this.#sessions) if (local) (links[local.host] ??= []).push(local.port);
    return links;
  }

  /** A copy of the counters. */
  stats(): RelayStats {
    return {
      ...this.counters,
      closed: { ...this.counters.closed },
      state: this.state,
      sessions: this.#sessions.size,
      holds: this.#holds,
      expired: this.#expired,
      protocol: this.#protocol.stats(),
    };
  }

  /**
   * Accepts nobody any more, lets the replies under way reach their clients, and closes. What has not come to that
   * after so long (ms) is closed all the same.
   */
  async shutDown(withinMs: number): Promise<void> {
    this.#server.close();
    const held = this.#hold?.settling.done ?? this.hold({ patienceMs: withinMs });
    await within(withinMs, held);
    for (const socket of this.#sockets) socket.end();
    await within(LEAVE_MS, this.#ended);
    await this.close();
  }

  /** Closes every connection. Resolves when the port is free. */
  async close(): Promise<void> {
    clearTimeout(this.#hold?.deadline);
    this.#hold?.settling.giveUp(new HoldEndedError("The relay was closed."));
    this.#server.close();
    for (const session of [...this.#sessions]) session.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#left.close();
    this.#protocol.close();
    await this.#ended;
  }

  // For sessions.

  settled(session: Session<never>): void {
    this.#hold?.settling.settled(session);
  }

  gone(session: Session<never>): void {
    this.#sessions.delete(session);
    this.settled(session);
  }

  leftBehind(close: () => void): void {
    this.#left.add(close);
  }

  closed(reason: CloseReason): void {
    this.counters.close(reason);
    this.#onClosed?.(reason);
  }

  #accept(client: Socket): void {
    if (this.#sessions.size >= this.#maxClients) {
      this.closed("limit");
      client.destroy();
      return;
    }
    this.counters.accepted += 1;
    this.#sockets.add(client);
    client.once("close", () => this.#sockets.delete(client));
    const held = this.#hold !== undefined;
    const session = this.#protocol.open(client, this.#upstream, this, held);
    this.#sessions.add(session);
    if (this.#prepared !== undefined) void session.prepare(this.#prepared);
  }

  #beginHold(options: HoldOptions): Hold<Upstream> {
    const { deadlineMs, patienceMs = PATIENCE_MS } = options;
    const expire = () => void this.#expire(hold);
    const hold: Hold<Upstream> = {
      before: this.#upstream,
      options,
      deadline: deadlineMs === undefined ? undefined : setTimeout(expire, deadlineMs),
      settling: new Settling(this.#sessions, patienceMs),
      quiet: false,
    };
    return hold;
  }

  async #expire(hold: Hold<Upstream>): Promise<void> {
    this.#expired += 1;
    const { onDeadline } = hold.options;
    const state = {
      quiet: hold.quiet,
      unsettled: hold.settling.left,
      switched: this.#upstream !== hold.before,
    };
    const decision = onDeadline ? await onDeadline(state).catch(() => "stay") : "release";
    if (decision === "stay" || hold !== this.#hold) return;
    this.#upstream = hold.before;
    this.release();
  }
}

/** Waits for `work`, whatever becomes of it, for at most so long. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work.then(ignore, ignore), late]);
  clearTimeout(timer);
}

function ignore(): void {}
