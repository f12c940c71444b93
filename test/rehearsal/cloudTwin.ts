import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DescribeReplicationGroupsCommand,
  DescribeSnapshotsCommand,
  ElastiCacheClient,
} from "@aws-sdk/client-elasticache";
import { Redis } from "ioredis";
import { setTimeout as delay } from "node:timers/promises";
import { clientSettings, type ClientSettings } from "../../automation/aws.ts";
import type { Endpoint, Properties } from "../../rehearsal/clouds/world.ts";
import { askTwin, readControl } from "../../rehearsal/control/client.mjs";
import { downAll, start, type LiveTwin } from "../../rehearsal/index.ts";

const DEADLINE_MS = 15_000;

/** A twin of the clouds alone: no application, no traffic. */
export interface CloudTwin {
  readonly twin: LiveTwin;
  readonly home: string;
  /** For the constructor of any SDK client: TLS verified, one attempt. */
  readonly client: ClientSettings & { readonly maxAttempts: number };
  readonly elastiCache: ElastiCacheClient;
  /** Asks as a provider plugin does. */
  resource<Answer = { id: string; outputs: Properties }>(
    verb: string,
    type: string,
    request: { id?: string; inputs?: Properties; state?: Properties },
  ): Promise<Answer>;
  stop(): Promise<void>;
}

export async function startCloudTwin(faults: readonly string[] = []): Promise<CloudTwin> {
  const home = mkdtempSync(join(tmpdir(), "godwit-twin-"));
  const options = { home, world: "redis-encryption", scale: "tiny", seed: 1, faults };
  const twin = await start({ ...options, traffic: false });
  const client = { ...clientSettings(twin.environment.env), maxAttempts: 1 };
  return {
    twin,
    home,
    client,
    elastiCache: new ElastiCacheClient(client),
    resource: (verb, type, { id = "", inputs = {}, state = {} }) =>
      askTwin(readControl(twin.dir), `/resources/${verb}`, {
        type,
        name: "test",
        id,
        inputs,
        state,
      }),
    async stop() {
      await downAll(home);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Runs one command as a client of this endpoint; rejects with the server's or the connection's error. */
export async function redis(
  { host, port, tls, serverName, password, ca }: Endpoint,
  ...[name = "", ...args]: string[]
): Promise<unknown> {
  const connection = new Redis({
    host,
    port,
    ...(password && { password }),
    ...(tls && ca && { tls: { ca: readFileSync(ca), servername: serverName } }),
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let failure: Error | undefined;
  connection.on("error", (error) => (failure = error));
  try {
    await connection.connect();
    return await connection.call(name, ...args);
  } catch (error) {
    throw failure ?? error;
  } finally {
    connection.disconnect();
  }
}

/** The inputs of a replication group that the twin accepts. */
export function groupInputs(changes: Properties = {}): Properties {
  return {
    replicationGroupId: "acme-redis-encrypted",
    description: "Encrypted Redis of acme",
    engine: "redis",
    engineVersion: "7.1",
    nodeType: "cache.t3.micro",
    numCacheClusters: 2,
    automaticFailoverEnabled: true,
    multiAzEnabled: true,
    atRestEncryptionEnabled: true,
    transitEncryptionEnabled: true,
    transitEncryptionMode: "required",
    authToken: "first-token-of-the-group",
    subnetGroupName: "acme-cache-subnet-production",
    securityGroupIds: ["sg-0acmecache"],
    applyImmediately: true,
    ...changes,
  };
}

export const GROUP = "aws:elasticache/replicationGroup:ReplicationGroup";

export async function snapshotStatus(twin: CloudTwin, name: string): Promise<string | undefined> {
  return until(async () => {
    const command = new DescribeSnapshotsCommand({ SnapshotName: name });
    const { Snapshots } = await twin.elastiCache.send(command);
    const status = Snapshots?.[0]?.SnapshotStatus;
    return status === "creating" ? undefined : status;
  });
}

export async function groupAvailable(twin: CloudTwin, id: string): Promise<void> {
  await until(async () => {
    const command = new DescribeReplicationGroupsCommand({ ReplicationGroupId: id });
    const { ReplicationGroups } = await twin.elastiCache.send(command);
    return ReplicationGroups?.[0]?.Status === "available" ? true : undefined;
  });
}

/** The mover's processes that run now: one, or none while it is being started again. */
export function moverPids({ twin }: CloudTwin): number[] {
  const folder = join(twin.dir, "processes");
  const records = readdirSync(folder).map(
    (file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as { pid: number; name: string },
  );
  return records.filter(({ name }) => name === "godwit-mover").map(({ pid }) => pid);
}

/** The variables that a running process was started with. */
export function environmentOf(pid: number | undefined): Record<string, string> {
  const entries = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").filter(Boolean);
  return Object.fromEntries(
    entries.map((entry) => entry.split(/=(.*)/s).slice(0, 2) as [string, string]),
  );
}

/** The session that a process belongs to, by the process that leads it. */
export function sessionOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name in parentheses may hold anything; what follows it starts with field 3, the state.
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]);
}

/** Asks until there is an answer. */
export async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error("It did not come about in time.");
    await delay(20);
  }
}
