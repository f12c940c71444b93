import { Measurements, type Figure } from "../figures.ts";
import { endAll } from "../processes.ts";
import type { BenchOptions, Part } from "./bench.ts";
import { benchCopies } from "./copies.ts";
import { mixedTypes, plainStrings } from "./data.ts";
import { benchLinearity } from "./linearity.ts";
import { benchLosses } from "./losses.ts";
import { ALL_PEERS, PEERS } from "./movers/index.ts";
import { ServerPark } from "./servers.ts";
import { benchTail } from "./tail.ts";
import { benchVerification } from "./verification.ts";

/** Versions that belong to these figures. */
export const REDIS_TOOLS = {
  "redis-server": ["redis-server", "--version"],
  "redis-cli": ["redis-cli", "--version"],
  "redis-shake": ["redis-shake", "--version"],
} as const;

/** Mixed types are larger: a tenth of the keys takes as long. */
const MIXED_SHARE = 10;

/**
 * Moves of a Redis, ours and others', side by side. Every server and tool runs in a process of its own; all of them
 * end with this call, whatever happens.
 */
export async function benchRedis(
  options: BenchOptions,
  tell: (what: string) => void,
): Promise<Figure[]> {
  const park = new ServerPark();
  const measurements = new Measurements();
  const bench = { options, park, measurements, tell };
  const plain = plainStrings(options.keys);
  const mixed = mixedTypes(Math.max(100, Math.round(options.keys / MIXED_SHARE)));
  const cleanUp = () => {
    endAll();
    park.remove();
  };
  process.once("exit", cleanUp);
  const parts: Readonly<Record<Part, () => Promise<void>>> = {
    copy: async () => {
      await benchCopies(bench, plain, { tls: false, peers: ALL_PEERS });
      await benchCopies(bench, plain, { tls: true, peers: PEERS });
      await benchCopies(bench, mixed, { tls: false, peers: PEERS });
      await benchLinearity(bench);
    },
    tail: () => benchTail(bench),
    verification: async () => {
      await benchVerification(bench, plain, false);
      await benchVerification(bench, plain, true);
      await benchVerification(bench, mixed, false);
    },
    losses: () => benchLosses(bench),
  };
  try {
    for (const part of options.parts) await parts[part]();
  } finally {
    cleanUp();
    process.off("exit", cleanUp);
  }
  return measurements.figures();
}
