import { LinkError } from "../errors.ts";
import type { Parts } from "./parts.ts";
import { unlessAborted } from "./unlessAborted.ts";

/** Resolves when one server is watched and joined to the other by a lane. Rejects with `LinkError` after `ms`. */
export async function bothReached(
  { watching, lanes }: Parts,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  const late = AbortSignal.timeout(ms);
  const reached = async () => {
    await watching.armed();
    await lanes.open();
  };
  try {
    await unlessAborted(reached(), AbortSignal.any([signal, late]));
  } catch (error) {
    if (signal.aborted || !late.aborted) throw error;
    throw new LinkError(watching.watcher ? "target" : "source", `not reached within ${ms} ms`);
  }
}
