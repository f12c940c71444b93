import { DEFAULT_TIMING, other } from "../../transfer/switch/protocol.ts";
import { Stage } from "../../test/transfer/switch/support/stage.ts";
import { Measurements, OURS, type Figure } from "../figures.ts";
import { less } from "../redis/bench.ts";

export interface SwitchBenchOptions {
  /** How often the traffic is switched, there and back in turn. */
  readonly rounds: number;
  /** How many keys there are, one after the other. */
  readonly sizes?: readonly number[];
}

/** Versions that belong to these figures. */
export const SWITCH_TOOLS = { "redis-server": ["redis-server", "--version"] } as const;

const SIZES = [100_000, 5_000_000];

/**
 * How long two relays hold in a switch, and how long a client waits for the slowest of its answers, by how much data
 * there is. Everything is as in a run: processes of their own, the driver's own deadlines, clients that write.
 */
export async function benchSwitch(
  { rounds, sizes = SIZES }: SwitchBenchOptions,
  tell: (what: string) => void,
): Promise<Figure[]> {
  const measurements = new Measurements();
  for (const keys of sizes) {
    const data = `${keys.toLocaleString("en-US")} keys`;
    tell(`copying ${data}`);
    const stage = await Stage.set(DEFAULT_TIMING, keys);
    try {
      for (let round = 1; round <= rounds; round++) {
        tell(`${data}, switch ${round}`);
        stage.ledger.longestWaitMs = 0;
        const { heldMs } = await stage.moveTo(other(await stage.owner()));
        await stage.checkOwner();
        measurements.add(less(`hold with ${data}`, "ms"), OURS, heldMs);
        measurements.add(
          less(`a client's longest wait with ${data}`, "ms"),
          OURS,
          stage.ledger.longestWaitMs,
        );
      }
      await stage.checkEqual();
    } finally {
      await stage.stop();
    }
  }
  return measurements.figures();
}
