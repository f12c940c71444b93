import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { RedisAddress } from "../../redis/connection.ts";

const CONNECT_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_MS = 60_000;

/** TLS sessions by upstream, so that thousands of connections to one server do not each cost a whole handshake. */
const sessions = new WeakMap<RedisAddress, Buffer>();

/** Begins to connect; "ready" tells that the connection, with TLS where wanted and verified, stands. */
export function dial(address: RedisAddress, ready: () => void): Socket {
  const { host, port, tls, lookup } = address;
  const target = { host, port, ...(lookup && { lookup }) };
  const socket = tls
    ? connectTls({
        ...target,
        servername: tls.servername,
        ca: tls.ca,
        minVersion: "TLSv1.2",
        session: sessions.get(address),
      })
    : connectPlain(target);
  if (tls) (socket as TLSSocket).on("session", (session) => sessions.set(address, session));
  const timeout = setTimeout(() => {
    socket.destroy(new Error(`${host}:${port} did not answer within ${CONNECT_TIMEOUT_MS} ms`));
  }, CONNECT_TIMEOUT_MS);
  socket.once(tls ? "secureConnect" : "connect", () => {
    clearTimeout(timeout);
    ready();
  });
  socket.once("close", () => clearTimeout(timeout));
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return socket;
}
