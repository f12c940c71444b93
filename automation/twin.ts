import type { RunEnvironment } from "./environment.ts";

/** Name of the one stack that a twin has. */
export const REHEARSAL_STACK = "rehearsal";

/** Where a standard client can join a kept twin. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly tls?: boolean;
  readonly serverName?: string;
  readonly password?: string;
  /** File with the authority to trust. */
  readonly ca?: string;
}

/** What independent clients saw during a run, and what became of their writes. */
export interface Traffic {
  readonly clients: number;
  readonly writes: number;
  readonly reads: number;
  readonly errors: number;
  readonly p99Ms: number;
  readonly p999Ms?: number;
  /** As a probe saw it that looks every 10 ms: the longest time without a success. */
  readonly longestStallMs: number;
  /** When that stall began, as an ISO time; absent for one that is too short to be noted. */
  readonly longestStallFrom?: string;
  /** The step that had begun last by then. */
  readonly longestStallDuring?: string;
  /** As the clients saw it: the longest that one of them waited for a good answer, all attempts together. */
  readonly longestWaitMs?: number;
  /** What tried to reach the source past its fence, where one stood. */
  readonly bypass?: {
    /** ISO time. */
    readonly fencedSince: string;
    readonly refused: number;
    readonly reached: number;
  };
  readonly lostWrites: number;
  readonly duplicatedWrites: number;
}

export interface TwinOptions {
  /** Folder for state; the twin's own lies below. */
  readonly home: string;
  /** Source world: the name of its runbook. */
  readonly world: string;
  readonly scale: string;
  readonly seed: number;
  /** In the notation of the command line: `failover@redis.target`. */
  readonly faults: readonly string[];
  /** Without the application and its clients when false. */
  readonly traffic?: boolean;
  onProgress?(line: string): void;
}

/** A running twin. It lives in a process of its own until it is taken down. */
export interface Twin {
  readonly dir: string;
  readonly environment: RunEnvironment;
  /** Where any standard client can join, passwords included. */
  endpoints(): Promise<Readonly<Record<string, Endpoint>>>;
  /** Stops the traffic and compares its ledger with the data. */
  settle(): Promise<Traffic>;
  /** Stops everything and removes the twin's folder. */
  down(): Promise<void>;
}

/** What `rehearsal/` provides to the command line. */
export interface Rehearsal {
  start(options: TwinOptions): Promise<Twin>;
  open(dir: string): Promise<Twin>;
  /** Stops every twin below a home; returns how many there were. */
  downAll(home: string): Promise<number>;
}

/**
 * How far driver, mover and provider plugins of a rehearsal stand back, as `nice` counts: on the real thing they run on
 * machines of their own and take no processor from the clients' way, which here shares a few cores with them. A switch
 * is not slowed by it, since the clients' way stands still then.
 */
export const BACKGROUND_NICENESS = 5;
