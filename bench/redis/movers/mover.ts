import type { Use } from "../../processes.ts";
import type { BenchServer } from "../servers.ts";

/** A way to bring a source's data to a fresh target. */
export interface Mover {
  readonly name: string;
  /** Why it never connects to the target by TLS, even where that speaks nothing else. */
  readonly noTlsLink?: string;
  /** It needs a process for each key: only so many keys are copied, and the rate is theirs. */
  readonly keysAtMost?: number;
  /** Why it cannot be had here. */
  unavailable?(): Promise<string | undefined>;
  /** Resolves when the target holds everything; rejects when it could not. */
  copy(source: BenchServer, target: BenchServer): Promise<Copied>;
}

export interface Copied {
  /** Of the tool's own process; undefined when it has none. */
  readonly use?: Use | undefined;
  /** When the tool tells it; else the time of the call is taken. */
  readonly seconds?: number;
}
