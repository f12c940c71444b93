/** What the load's process is given, as JSON in its first argument. */
export interface LoadSettings {
  readonly url: string;
  readonly ledger: string;
  /** Prefix of every id of this load: no earlier traffic used it. */
  readonly run: string;
  readonly seed: number;
  readonly clients: number;
  readonly writesPerSecond: number;
  readonly readsPerSecond: number;
  readonly valueBytes: number;
}

export type ToLoad = { readonly do: "stop" };

export type FromLoad =
  { readonly event: "running" } | { readonly event: "stopped"; readonly figures: LoadFigures };

export interface LoadFigures {
  readonly writes: number;
  readonly reads: number;
  /** Requests that failed, whether refused or unknown; the rate limiter's refusals are none. */
  readonly errors: number;
  readonly errorsByKind: Readonly<Record<string, number>>;
  /** Requests that the rate limiter refused. */
  readonly limited: number;
  /** Reads of a session that returned less than was acknowledged. */
  readonly staleReads: readonly string[];
  /** Of the answered requests. */
  readonly latency: Latency;
  /** The longest that a client waited for an answer that was no failure, all its attempts together. */
  readonly longestWaitMs: number;
}

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

export interface ProbeSettings {
  readonly url: string;
  readonly everyMs: number;
}

/** A data server as clients find it. */
export interface Server {
  readonly host: string;
  readonly port: number;
}

/** What became of attempts to reach the source past its fence. */
export interface BypassFigures {
  /** ISO time of the first fence. */
  readonly fencedSince: string;
  readonly refused: number;
  /** Attempts that the server answered: each is a hole. */
  readonly reached: number;
}

export type ToProbe =
  /** The application's data connection: `env` as a task gets it; without tasks there is none. */
  | { readonly do: "follow"; readonly env: Readonly<Record<string, string>> | undefined }
  /** A fence keeps the application's place out of this server; undefined: no longer. */
  | { readonly do: "bypass"; readonly server: Server | undefined }
  | { readonly do: "stop" };

export type FromProbe =
  | { readonly event: "running" }
  | {
      readonly event: "stopped";
      readonly application: ProbeFigures;
      readonly data: ProbeFigures;
      readonly bypass?: BypassFigures;
    };

export interface ProbeFigures {
  readonly successes: number;
  readonly errors: number;
  readonly errorsByKind: Readonly<Record<string, number>>;
  /** Longest time between two successes, or from the start to the first. */
  readonly longestStallMs: number;
  /** The stalls of 100 ms and more, longest first, 20 at most. */
  readonly stalls: readonly { readonly from: string; readonly ms: number }[];
  readonly latency: Latency;
}
