import { bulkCopy, type BulkCheckpoint } from "../bulk.ts";
import { RedisConnection } from "../connection.ts";
import { onSide } from "../errors.ts";
import type { Lane } from "../lane.ts";
import type { Pace } from "../pace.ts";
import type { ScanPosition } from "../scan.ts";
import { persist } from "./backoff.ts";
import type { Databases } from "./databases.ts";
import { removeExtras } from "./extras.ts";
import type { Gate } from "./gate.ts";
import type { Lanes } from "./lanes.ts";
import type { LargeKeys } from "./largeKeys.ts";
import type { Meter } from "./meter.ts";
import { withoutOwn } from "./ownKeys.ts";
import type { Scope } from "./rescans.ts";
import type { Server } from "./server.ts";

interface Parts {
  readonly source: Server;
  readonly target: Server;
  readonly lanes: Lanes;
  readonly gate: Gate;
  readonly large: LargeKeys;
  readonly databases: Databases;
  readonly meter: Meter;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

/** A walk over the source's keys. */
interface Pass {
  readonly from?: BulkCheckpoint | undefined;
  /** Where it may end; else it goes to the end. */
  readonly until?: ScanPosition | undefined;
  onlyKeys?(db: number, key: Buffer): boolean;
  onPosition?(position: BulkCheckpoint): void;
  onProgress?(keys: number, total: number): void;
}

const KEYS_A_SCAN = 1_000;

/** Copies by scanning: everything, or what nobody can name. Links that fail are waited for. */
export class Copier {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Copies what the source has, and removes what only the target has. */
  async rescan(scope: Scope): Promise<void> {
    if (scope.streams && !scope.databases.has(undefined)) await this.#streams();
    if (!scope.hasKeys) return;
    const onlyKeys = (db: number, key: Buffer) => scope.has(db, key);
    await this.pass({ onlyKeys });
    await this.extras(onlyKeys);
  }

  async pass({ from, until, onlyKeys, onPosition, onProgress }: Pass): Promise<void> {
    const { source, large, pace, meter, signal } = this.#parts;
    let checkpoint = from;
    const arrived = new AbortController();
    const once = async () => {
      const connection = await onSide("source", RedisConnection.open(source.address));
      let looked: number | undefined;
      try {
        await bulkCopy(this.#lane(), connection, {
          checkpoint,
          pace,
          signal: AbortSignal.any([signal, arrived.signal]),
          onLarge: (db, key) => large.add({ db, key }),
          onCheckpoint: (position) => {
            checkpoint = position;
            onPosition?.(position);
            if (until && isPast(position, until)) arrived.abort();
          },
          onProgress: ({ keys, total }) => {
            meter.scanned(keys - (looked ?? keys));
            looked = keys;
            onProgress?.(keys, total);
          },
          ...(onlyKeys && { onlyKeys }),
        });
      } catch (error) {
        if (!arrived.signal.aborted || signal.aborted) throw error;
      } finally {
        connection.close();
      }
    };
    await persist(once, signal);
  }

  async extras(wanted: (db: number, key: Buffer) => boolean = () => true): Promise<void> {
    const { source, target, gate, large, signal } = this.#parts;
    const position = { runId: target.runId, next: undefined };
    const work = {
      wanted,
      partsInUse: () => large.size > 0,
      remove: (db: number, keys: readonly Buffer[]) => gate.copy(db, keys),
    };
    await persist(() => removeExtras({ source, target }, work, position), signal);
  }

  /** Copies every stream: their groups change without a word. */
  async #streams(): Promise<void> {
    const { databases, signal } = this.#parts;
    for (const db of await persist(() => databases.now(), signal)) {
      let cursor = "0";
      do cursor = await persist(() => this.#streamsAt(db, cursor), signal);
      while (cursor !== "0");
    }
  }

  async #streamsAt(db: number, cursor: string): Promise<string> {
    const { source, gate, large } = this.#parts;
    const [reply] = await source.ask(db, ["SCAN", cursor, "COUNT", KEYS_A_SCAN, "TYPE", "stream"]);
    const [next, found] = reply as [Buffer, Buffer[]];
    const keys = withoutOwn(found);
    const result = keys.length > 0 ? await gate.copy(db, keys) : { large: [] };
    await Promise.all(result.large.map((key) => large.add({ db, key })));
    return next.toString();
  }

  /** What a scan sees of the lane: one that waits for its turn and outlives lost links. */
  #lane(): Lane {
    const { gate, lanes } = this.#parts;
    return {
      copy: (db, keys) => gate.copy(db, keys),
      bytesInFlight: lanes.bytesInFlight,
      identity: lanes.identity ?? { runId: "", clientId: 0 },
      close: () => undefined,
    };
  }
}

/**
 * Whether a scan at `position` has seen all that another, at `until`, had seen. SCAN counts its cursors up from the
 * highest bit, whatever size the table has at the moment.
 */
export function isPast(position: ScanPosition, until: ScanPosition): boolean {
  if (position.db !== until.db) return position.db > until.db;
  return reversed(position.cursor) >= reversed(until.cursor);
}

function reversed(cursor: string): bigint {
  const bits = BigInt(cursor).toString(2).padStart(64, "0");
  return BigInt(`0b${[...bits].reverse().join("")}`);
}
