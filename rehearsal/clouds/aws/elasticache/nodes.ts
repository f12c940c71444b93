import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex, type RedisTls } from "../../../servers/redisConfig.ts";
import { RedisServer } from "../../../servers/redis.ts";
import { PORT, type CacheAccount, type CacheNode, type CacheSettings } from "./model.ts";
import { serverParameters } from "./parameterGroups.ts";

/** Seconds that a client may keep an address, as with the service's own names. */
const TTL = 5;

export interface NodeOptions {
  readonly id: string;
  /** The name that the service gives the node. */
  readonly address: string;
  readonly zone: string;
  /** Name for faults and endpoints: `redis.source`. */
  readonly serverName: string;
  readonly settings: CacheSettings;
  readonly tls?: RedisTls;
  readonly tokens?: readonly string[];
  readonly internalPassword?: string;
  readonly replicaOf?: CacheNode;
}

/** Folder of a node's server; a snapshot placed there as `dump.rdb` is what it starts with. */
export function dataDirOf({ world }: CacheAccount, nodeId: string): string {
  return join(world.dir, "redis", nodeId);
}

/** Starts a node on an address of its own and gives it its name. */
export async function startNode(account: CacheAccount, options: NodeOptions): Promise<CacheNode> {
  const { world, servers, firewall } = account;
  const published = world.network.claim(options.id);
  const server = await RedisServer.start({
    id: options.id,
    published,
    host: world.network.claim(behind(options.id)),
    port: PORT,
    dataDir: dataDirOf(account, options.id),
    internalPassword: options.internalPassword ?? newInternalPassword(),
    tls: options.tls,
    passwordHashes: (options.tokens ?? []).map(sha256Hex),
    parameters: serverParameters(account, options.settings),
    replicaOf: primaryOf(options),
    processes: world.processes,
  });
  // What it was loaded from must not stay: at rest there is nothing in the clear.
  await rm(server.snapshotFile, { force: true });
  const place = { front: published, back: server.behind, port: PORT };
  await firewall.guard(place, () => options.settings.securityGroupIds);
  world.log("gate.opened", { server: options.id, front: published });
  setName(account, options.address, published);
  await servers.add(options.serverName, server);
  const { id, address, zone } = options;
  return { id, address, zone, createdAt: new Date(), server };
}

/** Replication is the service's own, and goes behind the gates. */
function primaryOf({ replicaOf }: NodeOptions): { host: string; port: number } | undefined {
  return replicaOf && { host: replicaOf.server.behind, port: replicaOf.server.port };
}

const behind = (nodeId: string) => `${nodeId} behind its gate`;

export async function stopNode(
  { world, servers, firewall }: CacheAccount,
  node: CacheNode,
): Promise<void> {
  servers.remove(node.server);
  world.names.remove(node.address, "A");
  await firewall.unguard({ front: node.server.host, port: PORT });
  await node.server.stop();
  await rm(node.server.dataDir, { recursive: true, force: true });
  world.network.release(node.id);
  world.network.release(behind(node.id));
}

export function setName({ world }: CacheAccount, name: string, host: string): void {
  world.names.set({ name, type: "A", ttl: TTL, values: [host] });
}

export const newInternalPassword = () => randomBytes(24).toString("hex");
