import type { RedisAddress } from "../redis/connection.ts";
import type { RelayOptions } from "./options.ts";
import { RedisProtocol } from "./redis/protocol.ts";
import { Relay } from "./relay.ts";

/**
 * A relay for Redis clients: TLS and AUTH of its upstream's address are added for clients that have neither. An
 * upstream is known by its address object: give the same one to `prepare` and `switchTo`.
 */
export function startRedisRelay(
  options: Omit<RelayOptions<RedisAddress>, "protocol">,
): Promise<Relay<RedisAddress>> {
  return Relay.start({ ...options, protocol: new RedisProtocol() });
}
