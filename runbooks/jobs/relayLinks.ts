import { ControlClient } from "../../transfer/relayNode/control/client.ts";
import type { RelayLink } from "../../transfer/switch/links.ts";
import { controlKey } from "../cloud/controlKey.ts";
import { lookupOf } from "../cloud/redis.ts";
import type { RelayReference } from "../cloud/relays.ts";

/** The control channels of a move's relays, with their key read here and kept in memory only. Close each. */
export async function linksTo(
  { nodes, controlPort: port, controlSecretArn }: RelayReference,
  env: Readonly<Record<string, string>>,
): Promise<RelayLink[]> {
  const key = await controlKey(env, controlSecretArn);
  const lookup = lookupOf(env);
  return nodes.map(
    ({ name, address: host }) => new ControlClient({ name, host, port, key, lookup }),
  );
}
