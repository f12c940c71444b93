import { setTimeout as pause } from "node:timers/promises";
import { LedgerWriter } from "./ledger.ts";
import type { FromLoad, LoadFigures, LoadSettings, ToLoad } from "./messages.ts";
import { LatencyMeter, Tally } from "./meter.ts";
import { seededRandom } from "./random.ts";
import { HttpClient, type Answer } from "./requests.ts";
import { User, type UserEvents } from "./user.ts";

/** The load's process: `load.ts <LoadSettings as JSON>`. Ends when told to, or with its parent. */

const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 500;
const STALE_READS_KEPT = 20;
/** Users come one after the other over so long: a system that serves already is not met by all of them at once. */
const ARRIVAL_MS = 3_000;

/** Paced users in a closed loop: each waits for its answer, and never makes up for lost time. */
class Load {
  readonly #settings: LoadSettings;
  readonly #ledger: LedgerWriter;
  readonly #latency = new LatencyMeter();
  readonly #errors = new Tally();
  readonly #stale: string[] = [];
  readonly #waits: Wait[] = [];
  #writes = 0;
  #reads = 0;
  #limited = 0;
  #stopping = false;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(settings: LoadSettings) {
    this.#settings = settings;
    this.#ledger = new LedgerWriter(settings.ledger);
  }

  start(): void {
    const users = Array.from({ length: this.#settings.clients }, (_, index) => this.#use(index));
    this.#ended = Promise.all(users);
  }

  /** Resolves when every request in flight is answered and the ledger is on the disk. */
  async stop(): Promise<LoadFigures> {
    this.#stopping = true;
    await this.#ended;
    this.#ledger.close();
    return {
      writes: this.#writes,
      reads: this.#reads,
      errors: this.#errors.total,
      errorsByKind: this.#errors.byKind(),
      limited: this.#limited,
      staleReads: this.#stale,
      latency: this.#latency.figures(),
      longestWaitMs: Math.round(Math.max(0, ...this.#waits.map((wait) => wait.longestMs))),
    };
  }

  async #use(index: number): Promise<void> {
    const { clients, writesPerSecond, readsPerSecond, seed, url } = this.#settings;
    const rate = writesPerSecond + readsPerSecond;
    const everyMs = (clients * 1_000) / rate;
    const random = seededRandom(seed + index);
    const http = new HttpClient(url);
    const user = new User(http, index, this.#settings, this.#events());
    let nextAt = performance.now() + ((index + random()) / clients) * ARRIVAL_MS;
    let backoffMs = FIRST_BACKOFF_MS;
    const wait = new Wait();
    this.#waits.push(wait);
    while (!this.#stopping) {
      await pause(Math.max(0, nextAt - performance.now()));
      const startedAt = performance.now();
      const writes = random() * rate < writesPerSecond;
      const answer = await (writes ? user.write() : user.read());
      const failed = isFailure(answer);
      wait.answered(startedAt, failed);
      if (failed) {
        await pause(backoffMs * (0.5 + random() / 2));
        backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
      } else {
        this.#latency.record(performance.now() - startedAt);
        backoffMs = FIRST_BACKOFF_MS;
      }
      nextAt = Math.max(nextAt + everyMs, performance.now());
    }
    await http.close();
  }

  #events(): UserEvents {
    return {
      onWrite: (entry, answer) => {
        this.#ledger.add(entry);
        if (answer.outcome === "acknowledged") this.#writes++;
        this.#count(answer);
      },
      onRead: (answer) => {
        if (answer.outcome === "acknowledged") this.#reads++;
        this.#count(answer);
      },
      onStaleRead: (description) => {
        if (this.#stale.length < STALE_READS_KEPT) this.#stale.push(description);
      },
    };
  }

  #count(answer: Answer): void {
    if (answer.status === 429) this.#limited++;
    else if (isFailure(answer)) this.#errors.add(answer.failure!);
  }
}

/** How long one client waits, from an attempt's start to the first answer that is no failure. */
class Wait {
  #since: number | undefined;
  #longestMs = 0;

  get longestMs(): number {
    return this.#longestMs;
  }

  answered(startedAt: number, failed: boolean): void {
    this.#since ??= startedAt;
    this.#longestMs = Math.max(this.#longestMs, performance.now() - this.#since);
    if (!failed) this.#since = undefined;
  }
}

/** The limiter's refusal is the application at work, not a failure of it. */
function isFailure(answer: Answer): boolean {
  return answer.failure !== undefined && answer.status !== 429;
}

const load = new Load(JSON.parse(process.argv[2]!) as LoadSettings);
const tell = (message: FromLoad) => process.send?.(message);

process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToLoad) => {
  if (message.do !== "stop") return;
  void load.stop().then((figures) => tell({ event: "stopped", figures }));
});
load.start();
tell({ event: "running" });
