import { connect as connectPlain, type Socket } from "node:net";
import {
  connect as connectTls,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from "node:tls";
import type { RedisAddress } from "../../redis/connection.ts";

const CONNECT_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_MS = 60_000;

/** What all connections read into: one buffer in place of a new one a read. What is kept of it is copied at once. */
const inbox = Buffer.allocUnsafeSlow(64 * 1024);

/** What connections to one upstream share, so that thousands of them do not each cost a whole handshake. */
interface TlsShare {
  /** The authorities, read once. */
  readonly context: SecureContext;
  session: Buffer | undefined;
}
const shares = new WeakMap<RedisAddress, TlsShare>();

/** What happens on a connection being dialled, beside what its socket tells. */
export interface DialEvents {
  /** The connection, with TLS where wanted and verified, stands. */
  ready(): void;
  /** Bytes have come. In place of "data", which does not come. */
  received(chunk: Buffer): void;
}

/** Begins to connect. */
export function dial(address: RedisAddress, events: DialEvents): Socket {
  const { host, port, tls } = address;
  const socket = tls ? connectSecurely(address, events) : connectPlain(target(address, events));
  const timeout = setTimeout(() => {
    socket.destroy(new Error(`${host}:${port} did not answer within ${CONNECT_TIMEOUT_MS} ms`));
  }, CONNECT_TIMEOUT_MS);
  socket.once(tls ? "secureConnect" : "connect", () => {
    clearTimeout(timeout);
    events.ready();
  });
  socket.once("close", () => clearTimeout(timeout));
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return socket;
}

function target({ host, port, lookup }: RedisAddress, events: DialEvents) {
  const callback = (bytes: number) => {
    events.received(Buffer.from(inbox.subarray(0, bytes)));
    return true;
  };
  return { host, port, ...(lookup && { lookup }), onread: { buffer: inbox, callback } };
}

function connectSecurely(address: RedisAddress, events: DialEvents): TLSSocket {
  const share = shareOf(address);
  const socket = connectTls({
    ...target(address, events),
    servername: address.tls!.servername,
    secureContext: share.context,
    session: share.session,
  });
  return socket.on("session", (session) => (share.session = session));
}

function shareOf(address: RedisAddress): TlsShare {
  const known = shares.get(address);
  if (known) return known;
  const context = createSecureContext({ ca: address.tls!.ca, minVersion: "TLSv1.2" });
  const share = { context, session: undefined };
  shares.set(address, share);
  return share;
}
