import type { RedisAddress } from "../redis/connection.ts";
import type { Timing } from "../switch/protocol.ts";
import type { RelayState } from "../switch/relay.ts";

/** What the process on a relay's machine is started with. */
export interface RelayNodeOptions {
  /** As drivers call it: `relay-1`. */
  readonly name: string;
  /** Names the decision record: `godwit:switch:<move>` on the target. */
  readonly move: string;
  /** One address, three ports: for clients, for drivers, for health and metrics. */
  readonly listen: {
    readonly host: string;
    readonly port: number;
    readonly controlPort: number;
    readonly healthPort: number;
  };
  readonly source: RedisAddress;
  /** Without its token. */
  readonly target: RedisAddress;
  /** Reads the target's token; called again when the target refuses it. */
  token(): Promise<string>;
  /** What drivers must have, too. */
  readonly controlKey: Buffer;
  /** Replicas of the target that must have acknowledged a decision; 1 when absent. */
  readonly replicas?: number;
  /** 10,000 when absent. */
  readonly maxClients?: number;
  /** When the relay ends, whatever its clients do. */
  readonly expiresAt?: Date;
  readonly timing?: Timing;
  log(line: string): void;
  /** A phase was entered, and what it asks for has begun. */
  readonly onPhase?: ((phase: RelayState["phase"]) => void) | undefined;
}
