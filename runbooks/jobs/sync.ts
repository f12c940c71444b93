import { once } from "node:events";
import type { Facts, Job } from "../../automation/step.ts";
import type { Side } from "../../transfer/switch/protocol.ts";
import type { RelayReference } from "../cloud/relays.ts";
import { Follower, type SyncState } from "./sync/follower.ts";

export type { SyncState } from "./sync/follower.ts";

const PUBLISH_EVERY_MS = 250;

/**
 * Copies `source` to `target` while clients write, follows what they change until it is stopped, and turns round when
 * asked. Questions:
 *
 * - `drain` waits until everything written before has arrived.
 * - `turn` with `toward` makes the other side the one that is followed, while nobody writes to either.
 * - `prepareSwitch` with `side` and `relays` waits until a switch to this side could begin.
 * - `switch` with the same takes the traffic there, and turns the tails on the way.
 * - `compare` looks at every key of both and copies again what differs.
 */
export const sync: Job = async (ctx) => {
  const follower = await Follower.start(ctx);
  const publishing = setInterval(
    () => ctx.publish(factsOfState(follower.state())),
    PUBLISH_EVERY_MS,
  );
  ctx.answer({
    drain: () => follower.drain(),
    turn: ({ toward }) => follower.turn(toward as Side),
    prepareSwitch: (asked) => follower.prepareSwitch(...switchIn(asked)),
    switch: (asked) => follower.switchTo(...switchIn(asked)),
    compare: () => follower.compare(),
  });
  try {
    await Promise.race([follower.failed, aborted(ctx.signal)]);
    return factsOfState(follower.state());
  } finally {
    clearInterval(publishing);
    await follower.stop();
  }
};

function switchIn({ side, relays }: Facts): [Side, RelayReference] {
  return [side as Side, relays as RelayReference];
}

/** Without what is not known yet. */
function factsOfState(state: SyncState): Facts {
  return JSON.parse(JSON.stringify(state)) as Facts;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
