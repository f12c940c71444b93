import { RefusedError } from "../errors.ts";
import type { Info, Server } from "./server.ts";

/** Commands that change whole databases, of which tracking and notifications tell nothing, or not all. */
const FLUSHING = /^cmdstat_(flushall|flushdb|swapdb)$/;
/** Commands that change a stream's groups: no event is sent for them. `xgroup` stands for its subcommands too. */
const GROUPING = /^cmdstat_(xack|xclaim|xautoclaim|xreadgroup|xsetid|xgroup(\|.*)?)$/;

/** Commands that change function libraries, which are no keys. */
const PROGRAMMING = /^cmdstat_function\|(load|delete|flush|restore)$/;

interface Counts {
  readonly runId: string;
  readonly flushes: number;
  readonly groups: number;
  readonly programs: number;
  /** Falls when somebody resets the server's statistics. */
  readonly commands: number;
}

interface Evictions {
  readonly runId: string;
  readonly keys: number;
}

export interface GuardEvents {
  /** Databases were flushed or swapped, or it cannot be told. */
  flushed(why: string): void;
  /** Consumer groups of streams have changed. */
  groupsChanged(): void;
  /** Function libraries have changed. */
  programsChanged(): Promise<void>;
}

/** Looks at the servers' statistics for what the watcher does not see. */
export class Guard {
  readonly #source: Server;
  readonly #target: Server;
  readonly #events: GuardEvents;
  #counts: Counts | undefined;
  #offset = 0;
  #evicted: Evictions | undefined;

  constructor(source: Server, target: Server, events: GuardEvents) {
    this.#source = source;
    this.#target = target;
    this.#events = events;
  }

  /** How far the source's replication stream was at the last look, in bytes. */
  get sourceOffset(): number {
    return this.#offset;
  }

  /**
   * Tells what has happened since the last look; the first only remembers. `seesAll`: the watcher needs no help.
   * Rejects with `LinkError`, or `RefusedError` when the target has dropped keys.
   */
  async look(seesAll: boolean): Promise<void> {
    const [source, target] = await this.#inspect();
    await this.#judge(source, seesAll);
    this.#refuseEviction(target);
  }

  /** Takes what has happened until now as it is. Rejects with `LinkError`. */
  async remember(): Promise<void> {
    const [source, target] = await this.#inspect();
    this.#counts = countsOf(source);
    this.#evicted = evictionsOf(target);
  }

  #inspect(): Promise<[Info, Info]> {
    return Promise.all([this.#source.inspect(), this.#target.inspect()]);
  }

  async #judge(source: Info, seesAll: boolean): Promise<void> {
    this.#offset = Number(source["master_repl_offset"]);
    const before = this.#counts;
    const now = (this.#counts = countsOf(source));
    // Another process counts from zero; that it is another is seen elsewhere.
    if (before?.runId !== now.runId) return;
    if (!seesAll) this.#tellUnseen(before, now);
    if (now.programs !== before.programs) await this.#events.programsChanged();
  }

  #tellUnseen(before: Counts, now: Counts): void {
    if (now.commands < before.commands) this.#events.flushed("the source's statistics were reset");
    else if (now.flushes !== before.flushes) this.#events.flushed("FLUSHALL, FLUSHDB or SWAPDB");
    if (now.groups !== before.groups) this.#events.groupsChanged();
  }

  #refuseEviction(info: Info): void {
    const now = evictionsOf(info);
    const before = this.#evicted;
    this.#evicted = now;
    if (before?.runId !== now.runId || now.keys <= before.keys) return;
    const has = `maxmemory ${info["maxmemory"]} bytes, ${info["maxmemory_policy"]}`;
    const why = `it has dropped ${now.keys - before.keys} keys for want of memory (${has}): give it more memory and copy again`;
    throw new RefusedError("target", "EVICTED", why);
  }
}

function evictionsOf(info: Info): Evictions {
  return { runId: info["run_id"] ?? "", keys: Number(info["evicted_keys"]) };
}

function countsOf(info: Info): Counts {
  return {
    runId: info["run_id"] ?? "",
    flushes: callsOf(info, FLUSHING),
    groups: callsOf(info, GROUPING),
    programs: callsOf(info, PROGRAMMING),
    commands: Number(info["total_commands_processed"]),
  };
}

function callsOf(info: Info, commands: RegExp): number {
  let calls = 0;
  for (const [field, text] of Object.entries(info)) {
    if (commands.test(field)) calls += Number(/calls=(\d+)/.exec(text)?.[1] ?? 0);
  }
  return calls;
}
