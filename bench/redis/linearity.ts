import { OURS } from "../figures.ts";
import { more, type Bench } from "./bench.ts";
import { plainStrings } from "./data.ts";
import { godwit } from "./movers/godwit.ts";

/** Whether our rate depends on how many keys there are. */
export async function benchLinearity(bench: Bench): Promise<void> {
  const { options, park, measurements } = bench;
  for (const keys of [10_000, ...(options.full ? [5_000_000] : [])]) {
    const data = plainStrings(keys);
    const source = await park.start();
    await data.fill(source);
    const kind = more(
      `copy of ${keys.toLocaleString("en-US")} strings, without throttle`,
      "keys/s",
    );
    for (let round = 1; round <= options.rounds; round++) {
      bench.tell(`${keys.toLocaleString("en-US")} keys, round ${round}`);
      const target = await park.start();
      const { seconds } = await godwit(false).copy(source, target);
      measurements.add(kind, OURS, keys / seconds!);
      await park.stop(target);
    }
    await park.stop(source);
  }
}
