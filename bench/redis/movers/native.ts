import { renameSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { serverInfo } from "../../../transfer/redis/info.ts";
import { RedisConnection } from "../../../transfer/redis/connection.ts";
import { measured } from "../../processes.ts";
import type { BenchServer } from "../servers.ts";
import type { Mover } from "./mover.ts";

const POLL_MS = 5;

/** Redis's own replication, in full; managed services do not let one use it. */
export const replicaOf: Mover = {
  name: "replicaof",
  noTlsLink: "the target connects to the source",
  copy: async (source, target) => {
    await target.ask(["REPLICAOF", "127.0.0.1", source.port]);
    while ((await infoOf(target, "replication"))["master_link_status"] !== "up") {
      await delay(POLL_MS);
    }
    await target.ask(["REPLICAOF", "NO", "ONE"]);
    return {};
  },
};

/** A snapshot fetched by redis-cli, and the target started from it. The file is put in place by hand. */
export const rdbAndStart: Mover = {
  name: "redis-cli --rdb + start",
  noTlsLink: "the file is carried by hand",
  copy: async (source, target) => {
    const file = join(source.dir, "fetched.rdb");
    const use = await measured("redis-cli", [...source.cliArguments, "--rdb", file]);
    await target.end();
    renameSync(file, join(target.dir, "dump.rdb"));
    await target.run();
    return { use };
  },
};

export async function infoOf(server: BenchServer, section: string) {
  const connection = await RedisConnection.open(server.address);
  return await serverInfo(connection, section).finally(() => connection.close());
}
