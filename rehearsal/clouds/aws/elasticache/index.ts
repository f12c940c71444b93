import type { Firewall } from "../../../servers/firewall.ts";
import type { Faults } from "../../../twin/faults.ts";
import type { ServerRegistry } from "../../../twin/servers.ts";
import type { Endpoint, Part, World } from "../../world.ts";
import type { Ec2Network } from "../ec2.ts";
import type { KeyStore } from "../kms/keys.ts";
import { cacheActions } from "./actions.ts";
import { clusterKind } from "./clusterKind.ts";
import { groupKind } from "./groupKind.ts";
import { groupingFunctions, parameterGroupKind, subnetGroupKind } from "./groupingKinds.ts";
import { namesIn, PORT, primaryOf, type CacheAccount, type SubnetGroup } from "./model.ts";
import { failOver } from "./modify.ts";
import { defaultParameterGroup } from "./parameterGroups.ts";

export interface ElastiCacheOptions {
  readonly servers: ServerRegistry;
  readonly firewall: Firewall;
  readonly keys: KeyStore;
  readonly network: Ec2Network;
  readonly faults: Faults;
  readonly subnetGroups: readonly SubnetGroup[];
}

/** ElastiCache on real Redis servers. */
export function createElastiCache(
  world: World,
  options: ElastiCacheOptions,
): Part & { readonly account: CacheAccount } {
  const account: CacheAccount = {
    world,
    servers: options.servers,
    firewall: options.firewall,
    keys: options.keys,
    network: options.network,
    clusters: new Map(),
    groups: new Map(),
    snapshots: new Map(),
    subnetGroups: new Map(options.subnetGroups.map((group) => [group.name, group])),
    parameterGroups: new Map([[defaultParameterGroup.name, defaultParameterGroup]]),
    events: [],
  };
  failOverOnRequest(account, options.faults);
  return {
    account,
    services: [{ name: "elasticache", actions: cacheActions(account) }],
    kinds: [
      clusterKind(account),
      groupKind(account),
      subnetGroupKind(account),
      parameterGroupKind(account),
    ],
    functions: groupingFunctions(account),
    endpoints: async () => endpointsOf(account),
  };
}

/** The fault `failover@redis.target`: at once, or as soon as the group that it hits is there. */
function failOverOnRequest(account: CacheAccount, faults: Faults): void {
  let due = false;
  const act = async () => {
    const [group] = account.groups.values();
    if (!group) return;
    due = false;
    await group.ready;
    await failOver(account, group);
  };
  faults.on("failover", async ({ on }) => {
    if (on !== "redis.target")
      throw new Error(`${on} stands alone: there is no replica to fail over to.`);
    due = true;
    await act();
  });
  account.servers.onAdd((name) => {
    // A group that cannot be created tells so itself.
    if (due && name === "redis.target") void act().catch(() => {});
  });
}

function endpointsOf(account: CacheAccount): Record<string, Endpoint> {
  const endpoints: Record<string, Endpoint> = {};
  for (const { node } of account.clusters.values()) {
    if (!node) continue;
    endpoints["redis.source"] = { host: node.server.host, port: PORT, tls: false };
  }
  for (const group of account.groups.values()) {
    const primary = primaryOf(group);
    if (!primary) continue;
    endpoints["redis.target"] = {
      host: primary.server.host,
      port: PORT,
      tls: true,
      serverName: namesIn(account).primary(group.id),
      password: group.tokens.at(-1),
      ca: account.world.authority.caFile,
    };
  }
  return endpoints;
}
