import type { RedisConnection } from "../connection.ts";
import { cachedScripts, functionLibraries } from "../functions.ts";
import { keyCount, serverInfo } from "../info.ts";

/** One of both servers, as it says of itself. */
export interface ServerFacts {
  readonly version: string;
  readonly role: string;
  readonly cluster: boolean;
  readonly keys: number;
  /** Memory that its data take, without buffers. */
  readonly dataBytes: number;
  readonly usedBytes: number;
  /** 0: no limit. */
  readonly maxBytes: number;
  readonly evictionPolicy: string;
  /** Bodies in the script cache; Redis does not list them. */
  readonly scripts: number;
  readonly libraries: number;
}

export async function serverFacts(connection: RedisConnection): Promise<ServerFacts> {
  const info = await serverInfo(connection, "all");
  const number = (field: string) => Number(info[field] ?? 0);
  return {
    version: info["redis_version"] ?? "unknown",
    role: info["role"] ?? "unknown",
    cluster: info["cluster_enabled"] === "1",
    keys: await keyCount(connection),
    dataBytes: number("used_memory_dataset"),
    usedBytes: number("used_memory"),
    maxBytes: number("maxmemory"),
    evictionPolicy: info["maxmemory_policy"] ?? "unknown",
    scripts: await cachedScripts(connection),
    libraries: (await functionLibraries(connection)).size,
  };
}

/** How far the server's clock is ahead of ours, in ms, from the quickest of a few answers. */
export async function clockAheadMs(connection: RedisConnection): Promise<number> {
  let best = { tookMs: Infinity, aheadMs: 0 };
  for (let i = 0; i < CLOCK_READINGS; i++) {
    const began = Date.now();
    const [seconds, micros] = (await connection.ask("TIME")) as [Buffer, Buffer];
    const tookMs = Date.now() - began;
    const aheadMs = Number(seconds) * 1_000 + Number(micros) / 1_000 - (began + tookMs / 2);
    if (tookMs < best.tookMs) best = { tookMs, aheadMs };
  }
  return best.aheadMs;
}

const CLOCK_READINGS = 5;
