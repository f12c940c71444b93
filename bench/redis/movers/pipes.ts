import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { measured } from "../../processes.ts";
import type { BenchServer } from "../servers.ts";
import type { Mover } from "./mover.ts";
import { infoOf } from "./native.ts";

const POLL_MS = 5;

/** The source's append-only file, written as commands, piped into the target. Needs the source's disk. */
export const aofPipe: Mover = {
  name: "AOF | redis-cli --pipe",
  copy: async (source, target) => {
    const file = await writeCommands(source);
    const use = await measured("sh", ["-c", PIPE, "sh", file, ...target.cliArguments]);
    await source.ask(["CONFIG", "SET", "appendonly", "no"]);
    return { use };
  },
};

const PIPE = 'file="$1"; shift; exec redis-cli "$@" --pipe < "$file"';

/** Turning the append-only file on makes the server write one of all it holds. */
async function writeCommands(source: BenchServer): Promise<string> {
  await source.ask(["CONFIG", "SET", "aof-use-rdb-preamble", "no"]);
  await source.ask(["CONFIG", "SET", "appendonly", "yes"]);
  for (;;) {
    const info = await infoOf(source, "persistence");
    const busy = info["aof_rewrite_in_progress"] === "1" || info["aof_rewrite_scheduled"] === "1";
    if (!busy) break;
    await delay(POLL_MS);
  }
  const folder = join(source.dir, "appendonlydir");
  const base = readdirSync(folder).filter((name) => name.endsWith(".base.aof"));
  return join(folder, base.sort().at(-1)!);
}

const LOOP_KEYS = 100;

/** The loop of the tutorials: one DUMP and one RESTORE a key, each a redis-cli of its own. */
export const dumpRestoreLoop: Mover = {
  name: "redis-cli DUMP | RESTORE loop",
  keysAtMost: LOOP_KEYS,
  copy: async (source, target) => {
    const from = String(source.port);
    return { use: await measured("bash", ["-c", LOOP, "bash", from, ...target.cliArguments]) };
  },
};

// The last part of the pipe runs in the shell itself, which so knows what the commands in it have used.
const LOOP = `
set -e; shopt -s lastpipe
from="$1"; shift
redis-cli -p "$from" --scan | head -n ${LOOP_KEYS} | while read -r key; do
  left=$(redis-cli -p "$from" PTTL "$key")
  if [ "$left" -lt 0 ]; then left=0; fi
  redis-cli -p "$from" --raw DUMP "$key" | head -c -1 | redis-cli "$@" -x RESTORE "$key" "$left" > /dev/null
done`;
