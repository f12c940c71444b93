import type { RedisAddress } from "../connection.ts";
import { onSide, type Side } from "../errors.ts";
import { databasesOf } from "../info.ts";
import type { KeyPlace } from "../large.ts";
import { startPace, UNTHROTTLED, type Pace } from "../pace.ts";
import { Budget } from "./budget.ts";
import { closeLook } from "./closeLook.ts";
import { EXISTS, existsHead } from "./commands.ts";
import { Findings } from "./findings.ts";
import { firstLook } from "./firstLook.ts";
import { differingLibraries } from "./functions.ts";
import { KeyPage } from "./keyPage.ts";
import { scanPages } from "./scanPages.ts";
import { openServers, type Servers } from "./servers.ts";
import { inOneDatabase, settle } from "./settle.ts";
import type { CompareOptions, Comparison } from "./types.ts";

const DEFAULT_TOLERANCE_MS = 1_000;
const DEFAULT_SETTLE_MS = 1_000;
/** Pages under way at once keep both servers and us busy; a live source is asked for one at a time. */
const PAGES = 6;
/** Bytes of values under way, of both sides. */
const BYTES = 24 * 1024 * 1024;
/** Suspects of a live pair that are held until they are looked at again. */
const SUSPECTS = 10_000;

/** One comparison: goes through the pages of both sides and gathers what differs. */
export class Comparer {
  readonly #servers: Servers;
  readonly #options: CompareOptions;
  readonly #pace: Pace;
  readonly #toleranceMs: number;
  readonly #findings = new Findings();
  readonly #bytes = new Budget(BYTES);
  #suspects: KeyPlace[] = [];

  private constructor(servers: Servers, pace: Pace, options: CompareOptions) {
    this.#servers = servers;
    this.#pace = pace;
    this.#options = options;
    this.#toleranceMs = options.expiryToleranceMs ?? DEFAULT_TOLERANCE_MS;
  }

  static async open(
    source: RedisAddress,
    target: RedisAddress,
    options: CompareOptions,
  ): Promise<Comparer> {
    const servers = await openServers(source, target);
    const { live } = options;
    return new Comparer(servers, live ? startPace(source, live.throttle) : UNTHROTTLED, options);
  }

  /** Every key of both sides, and the function libraries. */
  async everything(): Promise<Comparison> {
    await this.#eachPage("source", (page) => this.#compare(page));
    await this.#settle();
    await this.#eachPage("target", (page) => this.#lookForExtra(page));
    await this.#settle();
    for (const name of await differingLibraries(this.#servers)) this.#findings.addLibrary(name);
    return this.#findings;
  }

  /** These keys. */
  async only(names: readonly KeyPlace[]): Promise<Comparison> {
    for (const some of inOneDatabase(names, (name) => name)) {
      const keys = some.map(({ key }) => key);
      await this.#compare(KeyPage.of(some[0]!.db, keys));
    }
    await this.#settle();
    return this.#findings;
  }

  close(): void {
    this.#pace.stop();
    this.#servers.close();
  }

  async #eachPage(side: Side, work: (page: KeyPage) => Promise<void>): Promise<void> {
    const { raw, connection } = this.#servers[side];
    const pages = scanPages(raw, await onSide(side, databasesOf(connection)));
    await eachOf(pages, this.#options.live ? 1 : PAGES, async (page) => {
      const begin = performance.now();
      this.#options.signal?.throwIfAborted();
      await work(page);
      await this.#pace.rest(performance.now() - begin, this.#options.signal);
    });
  }

  async #compare(page: KeyPage): Promise<void> {
    const look = await firstLook(this.#servers, page, this.#toleranceMs, this.#bytes);
    this.#findings.source += look.source;
    this.#findings.target += look.target;
    await this.#suspect(page, look.suspects);
    this.#options.onProgress?.(this.#findings.source);
  }

  /** Keys of the target that the source does not have. */
  async #lookForExtra(page: KeyPage): Promise<void> {
    const { raw } = this.#servers.source;
    const present = await raw.ask(page.db, [existsHead(page.length), page.arguments]);
    if (present.integer() === page.length) return;
    const every = page.places;
    const each = await raw.ask(page.db, [page.commands([EXISTS], every)]);
    await this.#suspect(
      page,
      every.filter(() => each.integer() === 0),
    );
  }

  async #suspect(page: KeyPage, places: readonly number[]): Promise<void> {
    const names = places.map((i): KeyPlace => ({ db: page.db, key: page.name(i) }));
    if (this.#options.live) {
      this.#suspects.push(...names);
      if (this.#suspects.length >= SUSPECTS) await this.#settle();
      return;
    }
    for (const some of inOneDatabase(names, (name) => name)) {
      const keys = some.map(({ key }) => key);
      const looks = await closeLook(this.#servers, page.db, keys, this.#toleranceMs);
      looks.forEach(({ kind }, i) => kind && this.#findings.addKey(some[i]!, kind));
    }
  }

  /** Makes sure of the suspects of a live pair. */
  async #settle(): Promise<void> {
    const { live, signal } = this.#options;
    const { differing, changing } = await settle(this.#servers, this.#suspects, {
      settleMs: live?.settleMs ?? DEFAULT_SETTLE_MS,
      toleranceMs: this.#toleranceMs,
      signal,
    });
    this.#suspects = [];
    for (const { name, kind } of differing) this.#findings.addKey(name, kind);
    this.#findings.changedSince += changing;
  }
}

/** Works on several items at once; the first failure ends it. */
async function eachOf<T>(
  items: AsyncIterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  for await (const item of items) {
    // A failed one stays in the set, so that whoever waits next sees it.
    const task: Promise<void> = work(item).then(() => void running.delete(task));
    task.catch(() => undefined);
    running.add(task);
    if (running.size >= atOnce) await Promise.race(running);
  }
  await Promise.all(running);
}
