import type { RedisAddress } from "../../redis/connection.ts";
import type { Answer } from "./flight.ts";
import type { Link } from "./link.ts";
import type { ClientState } from "./state.ts";
import { encode, sign } from "./wire.ts";

const REPLY_ON = encode(["CLIENT", "REPLY", "ON"]);

/** Tells a client that caches (RESP3) to forget everything: the new upstream does not know what it has read. */
export const INVALIDATE_ALL = Buffer.from(">2\r\n$10\r\ninvalidate\r\n_\r\n");

/** Asks for one reply of a client that wants none: once it is there, all that was forwarded is executed. */
export function proveExecuted(link: Link): void {
  link.unproven = false;
  link.send(REPLY_ON, { judge: () => "drop" });
}

/** The relay's own AUTH for an upstream; undefined when it wants none. */
export function credentials({ username, password }: RedisAddress): Buffer | undefined {
  if (password === undefined) return undefined;
  return encode(["AUTH", ...(username === undefined ? [] : [username]), password]);
}

/** To a request of the relay's own: kept from the client; an error marks the link as refused. */
export function ownAnswer(link: Link): Answer {
  return {
    own: true,
    judge: (reply) => {
      if (reply.type === sign.error || reply.type === sign.blobError) link.refused = true;
      return "drop";
    },
  };
}

/**
 * Tells a new upstream all that it must know of a client. Nothing of the client's may be forwarded before all answers
 * are there: a request must not be executed in another database than it was meant for.
 */
export function restoreClient(link: Link, state: ClientState): void {
  const answer = ownAnswer(link);
  link.cork();
  for (const request of state.restore()) link.send(request, answer);
  for (const { request, acks } of state.subscriptions.restore())
    link.send(request, { ...answer, acks: () => acks });
  link.uncork();
}
