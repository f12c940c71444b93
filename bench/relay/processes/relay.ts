import type { RedisAddress } from "../../../transfer/redis/connection.ts";
import { startRedisRelay } from "../../../transfer/relay/redis.ts";
import { ended, readTask } from "../../redis/processes/stdio.ts";

/** A relay, as it would run. Tells where it listens and its process id, then runs until it is asked to end. */
export interface RelayJob {
  readonly upstream: RedisAddress;
  readonly maxClients: number;
}

export interface RelayUp {
  readonly port: number;
  readonly pid: number;
}

const { job, tell, lines } = await readTask<RelayJob>();
const relay = await startRedisRelay({ ...job, listen: { host: "127.0.0.1", port: 0 } });
tell({ port: relay.address.port, pid: process.pid } satisfies RelayUp);
await ended({ lines });
await relay.close();
