import { readFile } from "node:fs/promises";
import type { DataServer, World } from "../world.ts";
import type { Ecs } from "./ecs.ts";
import type { EcsService } from "./ecsService.ts";
import type { Dimensions, MetricStore } from "./cloudwatchStore.ts";

type Info = Readonly<Record<string, string>>;

interface Sample {
  readonly at: number;
  readonly info: Info;
}

interface Measure {
  readonly metric: string;
  readonly unit: string;
  /** Undefined: this node has no such figure. `seconds` have passed since `before`. */
  readonly of: (now: Info, before: Info, seconds: number) => number | undefined;
}

const PAGE_BYTES = 4_096;
/** Linux counts a process's CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;
const DEFAULT_TASK_CPU_UNITS = 256;
const DEFAULT_TASK_MEMORY_MIB = 512;
const NODE_CPUS = 2;

const figure = (info: Info, name: string) => Number(info[name] ?? 0);
/** A counter begins anew when its server does. */
const growth = (name: string) => (now: Info, before: Info) =>
  Math.max(0, figure(now, name) - figure(before, name));
const cpuSeconds =
  (...names: string[]) =>
  (now: Info, before: Info) =>
    names.reduce((sum, name) => sum + growth(name)(now, before), 0);
const mainThread = cpuSeconds("used_cpu_user_main_thread", "used_cpu_sys_main_thread");
const allThreads = cpuSeconds("used_cpu_user", "used_cpu_sys");

const MEASURES: readonly Measure[] = [
  { metric: "CacheHits", unit: "Count", of: growth("keyspace_hits") },
  { metric: "CacheMisses", unit: "Count", of: growth("keyspace_misses") },
  { metric: "Evictions", unit: "Count", of: growth("evicted_keys") },
  { metric: "BytesUsedForCache", unit: "Bytes", of: (now) => figure(now, "used_memory") },
  { metric: "CurrConnections", unit: "Count", of: (now) => figure(now, "connected_clients") },
  {
    metric: "EngineCPUUtilization",
    unit: "Percent",
    of: (now, before, seconds) => (100 * mainThread(now, before)) / seconds,
  },
  {
    metric: "CPUUtilization",
    unit: "Percent",
    of: (now, before, seconds) => (100 * allThreads(now, before)) / seconds / NODE_CPUS,
  },
  {
    metric: "DatabaseMemoryUsagePercentage",
    unit: "Percent",
    of: (now) => {
      const limit = figure(now, "maxmemory");
      return limit === 0 ? undefined : (100 * figure(now, "used_memory")) / limit;
    },
  },
  {
    metric: "ReplicationLag",
    unit: "Seconds",
    of: (now) => {
      if (now["role"] !== "slave") return undefined;
      const down = now["master_link_status"] !== "up";
      return figure(now, down ? "master_link_down_since_seconds" : "master_last_io_seconds_ago");
    },
  },
];

/** Takes one sample after the other of the data servers and the services, into the store. */
export class Sampler {
  readonly #world: Pick<World, "servers">;
  readonly #ecs: Pick<Ecs, "list" | "cluster">;
  readonly #store: MetricStore;
  readonly #before = new Map<string, Sample>();
  readonly #cpuTicks = new Map<string, { readonly at: number; readonly ticks: number }>();

  constructor(
    world: Pick<World, "servers">,
    ecs: Pick<Ecs, "list" | "cluster">,
    store: MetricStore,
  ) {
    this.#world = world;
    this.#ecs = ecs;
    this.#store = store;
  }

  /** A server or a process that does not answer has no sample, as one that is down has none. */
  async sample(): Promise<void> {
    const servers = this.#world.servers.list().map((server) => this.#sampleServer(server));
    const services = this.#ecs.list().map((service) => this.#sampleService(service));
    await Promise.allSettled([...servers, ...services]);
  }

  async #sampleServer(server: DataServer): Promise<void> {
    const now: Sample = { at: Date.now(), info: await server.info() };
    const before = this.#before.get(server.id);
    this.#before.set(server.id, now);
    if (before === undefined) return;
    const seconds = (now.at - before.at) / 1_000;
    for (const { metric, unit, of } of MEASURES) {
      const value = of(now.info, before.info, seconds);
      if (value === undefined) continue;
      for (const dimensions of cacheDimensions(server.id)) {
        this.#store.put({ namespace: "AWS/ElastiCache", metric, dimensions }, unit, value, now.at);
      }
    }
  }

  async #sampleService(service: EcsService): Promise<void> {
    const at = Date.now();
    const pids = service.tasks.flatMap((task) => task.pid ?? []);
    const uses = await Promise.all(pids.map(processUse));
    const { cpu, memory } = service.taskSize;
    const put = (metric: string, value: number) => {
      const dimensions = { ClusterName: this.#ecs.cluster, ServiceName: service.name };
      this.#store.put({ namespace: "AWS/ECS", metric, dimensions }, "Percent", value, at);
    };
    const size = Math.max(1, pids.length);
    const bytes = uses.reduce((sum, { rssBytes }) => sum + rssBytes, 0);
    const memoryMib = Number(memory ?? DEFAULT_TASK_MEMORY_MIB);
    put("MemoryUtilization", (100 * bytes) / (size * memoryMib * 2 ** 20));

    const ticks = uses.reduce((sum, use) => sum + use.cpuTicks, 0);
    const before = this.#cpuTicks.get(service.name);
    this.#cpuTicks.set(service.name, { at, ticks });
    if (before === undefined || ticks < before.ticks) return;
    const cores = (ticks - before.ticks) / TICKS_PER_SECOND / ((at - before.at) / 1_000);
    const reserved = (size * Number(cpu ?? DEFAULT_TASK_CPU_UNITS)) / 1_024;
    put("CPUUtilization", (100 * cores) / reserved);
  }
}

/** The node of a lone cluster is `<cluster>-0001`; a node of a replication group is its own cluster. */
function cacheDimensions(nodeId: string): Dimensions[] {
  const [, cluster = nodeId, node = "0001"] = /^(.*)-(\d{4})$/.exec(nodeId) ?? [];
  return [{ CacheClusterId: cluster }, { CacheClusterId: cluster, CacheNodeId: node }];
}

/** CPU time and resident memory of a process, from the system's own files. */
async function processUse(pid: number): Promise<{ cpuTicks: number; rssBytes: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    cpuTicks: Number(fields[11]) + Number(fields[12]),
    rssBytes: Number(fields[21]) * PAGE_BYTES,
  };
}
