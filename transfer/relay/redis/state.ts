import { Subscriptions } from "./subscriptions.ts";
import { encode } from "./wire.ts";

/** Why a session cannot go on with another upstream and is closed at a hold. */
export type Uncarryable = "monitor" | "replication" | "redirect" | "unknown";

/** What the next request of a client is subject to, alone. */
export type OneShot = { readonly request: Buffer; readonly answered: boolean };

/**
 * What a server knows about a client beside its data, so that another server can be told. Changed when the server has
 * acknowledged it, except what is said to follow the requests.
 */
export class ClientState {
  database = 0;
  /** RESP version. */
  protocol: 2 | 3 = 2;
  /** Arguments of the AUTH that the server accepted. */
  auth: readonly Buffer[] | undefined;
  /** Requests that set a property of the connection (its name, tracking, …), by what they set. */
  readonly settings = new Map<string, Buffer>();
  readonly subscriptions = new Subscriptions();
  /** The server is told to invalidate what this client caches. */
  tracking: "off" | "keys" | "prefixes" = "off";
  watching = false;
  /** Follows the requests: keys were watched on another upstream, so the transaction that relies on it must fail. */
  watchBroken = false;
  /** The server sends every command of everyone: its lines cannot be told from replies. */
  monitoring = false;
  uncarryable: Uncarryable | undefined;
  /** Follows the requests: between MULTI and EXEC. */
  inTransaction = false;
  /** Follows the requests: CLIENT REPLY OFF. */
  silent = false;
  /** Follows the requests: CLIENT REPLY SKIP or CLIENT CACHING was the last one. */
  oneShot: OneShot | undefined;

  /** RESP2 has no pushes: a subscriber's messages come between the replies. */
  get messagesAmongReplies(): boolean {
    return this.protocol === 2 && this.subscriptions.size > 0;
  }

  /** The requests whose replies must all be good before the client may go on; in order. */
  restore(): Buffer[] {
    const requests: Buffer[] = [];
    if (this.auth) requests.push(encode(["AUTH", ...this.auth]));
    if (this.protocol === 3) requests.push(encode(["HELLO", "3"]));
    requests.push(...this.settings.values());
    if (this.database !== 0) requests.push(encode(["SELECT", String(this.database)]));
    if (this.oneShot?.answered) requests.push(this.oneShot.request);
    return requests;
  }

  /** The request that takes the server's answers away again, to which there is none; the last before the client's own. */
  silence(): Buffer | undefined {
    if (this.silent) return encode(["CLIENT", "REPLY", "OFF"]);
    return this.oneShot?.answered === false ? this.oneShot.request : undefined;
  }

  /** As after RESET. */
  reset(): void {
    this.database = 0;
    this.protocol = 2;
    this.auth = undefined;
    this.settings.clear();
    this.subscriptions.clear();
    this.tracking = "off";
    this.monitoring = false;
    this.watching = false;
    this.watchBroken = false;
  }

  /** The upstream that watched the keys is left. */
  breakWatch(): void {
    this.watching = false;
    this.watchBroken = true;
  }
}
