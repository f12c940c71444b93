import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isOnPath } from "../../machine.ts";
import { measured } from "../../processes.ts";
import type { BenchServer } from "../servers.ts";
import type { Mover } from "./mover.ts";

/** RedisShake 4, reading by SCAN: the mode that a managed source allows, with the count that suits it best. */
export const redisShake: Mover = {
  name: "redis-shake",
  unavailable: async () =>
    (await isOnPath("redis-shake")) ? undefined : "redis-shake is not on the PATH",
  copy: async (source, target) => {
    const folder = join(target.dir, "redis-shake");
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "shake.toml");
    writeFileSync(file, settings(source, target, folder));
    return { use: await measured("redis-shake", [file], { cwd: folder }) };
  },
};

function settings(source: BenchServer, target: BenchServer, folder: string): string {
  return `
[scan_reader]
address = "127.0.0.1:${source.port}"
scan = true
ksn = false
count = 1000

[redis_writer]
address = "127.0.0.1:${target.port}"
tls = ${target.tls !== undefined}

[advanced]
dir = "${folder}"
rdb_restore_command_behavior = "rewrite"
log_level = "warn"
`;
}
