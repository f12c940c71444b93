import type { RedisConnection } from "./connection.ts";
import { onSide, sideError } from "./errors.ts";
import { keyCount, serverInfo } from "./info.ts";
import type { CopyResult, Lane } from "./lane.ts";
import { isOwn } from "./sync/ownKeys.ts";
import { UNTHROTTLED, type Pace } from "./pace.ts";
import { scanServer, type KeyBatch, type ScanPosition } from "./scan.ts";

/** Pages asked for and not acknowledged: the lane's window is full, and one is waiting. */
const PAGES_IN_FLIGHT = 6;
/** A throttled source gets its work in small portions, so that rests come between. */
const PAGES_WHEN_THROTTLED = 1;
const CHECKPOINT_EVERY_MS = 1_000;

/** How far a copy has come. Plain data; holds no key's name. */
export interface BulkCheckpoint extends ScanPosition {
  /** The source's process: a cursor means nothing to another. */
  readonly runId: string;
  /** Keys looked at before the cursor. */
  readonly copied: number;
}

export interface BulkProgress {
  /** Keys looked at, those of an interrupted run included; a few may count twice, as `SCAN` says. */
  readonly keys: number;
  /** Keys on the source when the copy began. */
  readonly total: number;
  /** Bytes of values copied in this run. */
  readonly bytes: number;
  /** Large keys copied in this run. */
  readonly largeDone: number;
}

export interface BulkOptions {
  /** Where to go on. Ignored when the source is another process than it was. */
  readonly checkpoint?: BulkCheckpoint | undefined;
  readonly pace?: Pace;
  readonly signal?: AbortSignal | undefined;
  /** Copies this key piece by piece. Called for one key at a time; until it resolves no checkpoint passes the key. */
  onLarge(db: number, key: Buffer, signal: AbortSignal): Promise<void>;
  /** Called at most once a second, never while a call is under way, and only for what the target has acknowledged. */
  onCheckpoint?(checkpoint: BulkCheckpoint): void | Promise<void>;
  onProgress?(progress: BulkProgress): void;
  /** Copies these keys only; the others are passed over, and count as looked at. */
  onlyKeys?(db: number, key: Buffer): boolean;
}

/**
 * Copies every key of the source by the lane. What exists on the source throughout is on the target afterwards; what
 * changes meanwhile is the tail's work. `source` is used for SCAN alone. Rejects with `LinkError`, `RefusedError`,
 * what `onLarge` or `onCheckpoint` rejects with, or the signal's reason; from the last checkpoint it can go on.
 */
export async function bulkCopy(
  lane: Lane,
  source: RedisConnection,
  options: BulkOptions,
): Promise<BulkProgress> {
  const { runId, total } = await beginning(source);
  const checkpoint = options.checkpoint?.runId === runId ? options.checkpoint : undefined;
  const bulk = new Bulk(lane, options, { runId, total, before: checkpoint?.copied ?? 0 });
  try {
    for await (const batch of scanned(source, checkpoint)) await bulk.copy(batch);
    return await bulk.end();
  } catch (error) {
    await bulk.abandon(error);
    throw error;
  }
}

async function beginning(source: RedisConnection): Promise<{ runId: string; total: number }> {
  const { run_id: runId = "" } = await onSide("source", serverInfo(source, "server"));
  return { runId, total: await onSide("source", keyCount(source)) };
}

async function* scanned(
  source: RedisConnection,
  from: ScanPosition | undefined,
): AsyncGenerator<KeyBatch> {
  try {
    yield* scanServer(source, from);
  } catch (error) {
    throw sideError("source", error);
  }
}

/** A batch under way, and how far the copy has come when it and all before it are done. */
interface Page {
  readonly reached: BulkCheckpoint;
  done: boolean;
}

/** Keeps a few pages in flight, and knows up to where all are done. */
class Bulk {
  readonly #lane: Lane;
  readonly #options: BulkOptions;
  readonly #pace: Pace;
  readonly #runId: string;
  /** Pages from the first that is not done on. */
  readonly #pages: Page[] = [];
  /** Resolve when the target has acknowledged a page; large keys may still be under way. */
  readonly #flying: Promise<void>[] = [];
  /** Large keys, one after the other. */
  #large: Promise<void> = Promise.resolve();
  /** Aborted by the first failure, with it as the reason, and by the caller. */
  readonly #failing = new AbortController();
  readonly #signal: AbortSignal;
  #looked: number;
  #progress: BulkProgress;
  #acknowledgedAt = 0;
  #workedMs = 0;
  #saving = false;
  #savedAt = performance.now();

  constructor(
    lane: Lane,
    options: BulkOptions,
    start: { readonly runId: string; readonly total: number; readonly before: number },
  ) {
    this.#lane = lane;
    this.#options = options;
    this.#pace = options.pace ?? UNTHROTTLED;
    this.#signal = AbortSignal.any(
      options.signal ? [options.signal, this.#failing.signal] : [this.#failing.signal],
    );
    this.#runId = start.runId;
    this.#looked = start.before;
    this.#progress = { keys: start.before, total: start.total, bytes: 0, largeDone: 0 };
  }

  /** Resolves when there is room for the next batch. */
  async copy({ db, keys, next }: KeyBatch): Promise<void> {
    this.#signal.throwIfAborted();
    const limit = this.#pace.share < 1 ? PAGES_WHEN_THROTTLED : PAGES_IN_FLIGHT;
    while (this.#flying.length >= limit) await this.#flying.shift();
    this.#looked += keys.length;
    const reached = { ...next, runId: this.#runId, copied: this.#looked };
    const page: Page = { reached, done: false };
    this.#pages.push(page);
    const began = performance.now();
    const wanted = keys.filter((key) => this.#wants(db, key));
    const acknowledged = this.#lane.copy(db, wanted).then((result) => {
      this.#work(began);
      this.#acknowledge(page, { db, looked: keys.length, ...result });
    });
    acknowledged.catch((error: unknown) => this.#fail(error));
    this.#flying.push(acknowledged);
    await this.#pace.rest(this.#takeWorked(), this.#signal);
  }

  async end(): Promise<BulkProgress> {
    await Promise.all(this.#flying);
    await this.#large;
    this.#signal.throwIfAborted();
    return this.#progress;
  }

  /** Resolves when no large key is under way any more, so that whoever begins again meets nobody. */
  async abandon(error: unknown): Promise<void> {
    this.#fail(error);
    await this.#large.catch(() => undefined);
  }

  #wants(db: number, key: Buffer): boolean {
    return !isOwn(key) && (this.#options.onlyKeys?.(db, key) ?? true);
  }

  /** Time since the page was asked for, or since the one before it was done: pages overlap. */
  #work(began: number): void {
    const now = performance.now();
    this.#workedMs += now - Math.max(began, this.#acknowledgedAt);
    this.#acknowledgedAt = now;
  }

  #takeWorked(): number {
    const worked = this.#workedMs;
    this.#workedMs = 0;
    return worked;
  }

  #acknowledge(page: Page, result: CopyResult & { db: number; looked: number }): void {
    const { keys, bytes } = this.#progress;
    this.#tell({ keys: keys + result.looked, bytes: bytes + result.bytes });
    if (result.large.length === 0) return this.#done(page);
    this.#large = this.#large.then(async () => {
      for (const key of result.large) await this.#copyLarge(result.db, key);
      this.#done(page);
    });
    this.#large.catch((error: unknown) => this.#fail(error));
  }

  async #copyLarge(db: number, key: Buffer): Promise<void> {
    this.#signal.throwIfAborted();
    await this.#options.onLarge(db, key, this.#signal);
    this.#tell({ largeDone: this.#progress.largeDone + 1 });
  }

  #tell(news: Partial<BulkProgress>): void {
    this.#progress = { ...this.#progress, ...news };
    this.#options.onProgress?.(this.#progress);
  }

  #done(page: Page): void {
    page.done = true;
    let reached: BulkCheckpoint | undefined;
    while (this.#pages[0]?.done) reached = this.#pages.shift()!.reached;
    if (this.#saving || performance.now() - this.#savedAt < CHECKPOINT_EVERY_MS) return;
    if (reached) void this.#save(reached);
  }

  async #save(checkpoint: BulkCheckpoint): Promise<void> {
    this.#saving = true;
    try {
      await this.#options.onCheckpoint?.(checkpoint);
    } catch (error) {
      this.#fail(error);
    }
    this.#saving = false;
    this.#savedAt = performance.now();
  }

  #fail(error: unknown): void {
    this.#failing.abort(error);
  }
}
