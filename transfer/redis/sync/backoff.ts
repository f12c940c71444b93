import { setTimeout as delay } from "node:timers/promises";
import { LinkError } from "../errors.ts";

const FIRST_MS = 50;
const LONGEST_MS = 2_000;

/**
 * Tries until it succeeds, again after 50 ms and then ever longer up to 2 s, as long as it is a link that failed.
 * Rejects with any other error, or with the signal's reason.
 */
export async function persist<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
  onFailure?: (error: LinkError) => void,
): Promise<T> {
  for (let wait = FIRST_MS; ; wait = Math.min(2 * wait, LONGEST_MS)) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof LinkError)) throw error;
      onFailure?.(error);
      await delay(wait, undefined, { signal });
    }
  }
}

/** The same for so long at most; then it rejects with what failed last. */
export async function persistFor<T>(
  ms: number,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  let failure: LinkError | undefined;
  const either = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  try {
    return await persist(work, either, (error) => (failure = error));
  } catch (error) {
    if (either.aborted && failure && !signal.aborted) throw failure;
    throw error;
  }
}
