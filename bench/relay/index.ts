import { Measurements, type Figure } from "../figures.ts";
import { endAll } from "../processes.ts";
import { SERVER_NAME, ServerPark } from "../redis/servers.ts";
import type { RelayBenchOptions } from "./bench.ts";
import { benchLatency } from "./latency.ts";
import { benchMemory } from "./memory.ts";
import { benchSaturation } from "./saturation.ts";
import { direct, godwit, haproxy, stunnel } from "./ways.ts";

/** Versions that belong to these figures. */
export const RELAY_TOOLS = {
  "redis-server": ["redis-server", "--version"],
  haproxy: ["haproxy", "-v"],
  stunnel: ["sh", "-c", "stunnel4 -version 2>&1 | grep -m1 '^stunnel'"],
} as const;

/** More than redis-server's own default. */
const SERVER_FLAGS = ["--maxclients", "12000"];

/** Ways from clients to a Redis, ours and others', side by side, each in a process of its own. */
export async function benchRelay(
  options: RelayBenchOptions,
  tell: (what: string) => void,
): Promise<Figure[]> {
  const park = new ServerPark();
  const bench = { options, measurements: new Measurements(), tell };
  const cleanUp = () => {
    endAll();
    park.remove();
  };
  process.once("exit", cleanUp);
  try {
    const plain = await park.start({ flags: SERVER_FLAGS });
    const secure = await park.start({ certificateFor: SERVER_NAME, flags: SERVER_FLAGS });
    await benchSaturation(bench, plain, [direct, godwit, haproxy], "plaintext");
    await benchSaturation(bench, secure, [direct, godwit, haproxy, stunnel], "into TLS");
    await benchLatency(bench, plain, [direct, godwit, haproxy]);
    await benchMemory(bench, plain, [godwit, haproxy]);
  } finally {
    cleanUp();
    process.off("exit", cleanUp);
  }
  return bench.measurements.figures();
}
