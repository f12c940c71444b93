/** The time that soaks, waits and deadlines run on. A rehearsal compresses it; the code is the same. */
export interface Clock {
  /** Real milliseconds that `ms` of the runbook's time take. */
  compress(ms: number): number;
  /** Real milliseconds after which a wait for real work gives up; never compressed below one minute. */
  deadline(ms: number): number;
}

const SHORTEST_DEADLINE_MS = 60_000;

export function clockOf(factor: number): Clock {
  return {
    compress: (ms) => ms / factor,
    deadline: (ms) => Math.max(ms / factor, Math.min(ms, SHORTEST_DEADLINE_MS)),
  };
}
