import { DirtySet } from "../dirty.ts";
import { carryPrograms } from "../functions.ts";
import { copyLarge } from "../large.ts";
import { startPace, type Pace } from "../pace.ts";
import { watcherFor } from "../watch/choose.ts";
import { persist } from "./backoff.ts";
import { Checkpoints } from "./checkpoints.ts";
import { Copier } from "./copier.ts";
import { Databases } from "./databases.ts";
import { Duty } from "./duty.ts";
import { Gate } from "./gate.ts";
import { Guard } from "./guard.ts";
import { Lanes } from "./lanes.ts";
import { LargeKeys } from "./largeKeys.ts";
import { Meter } from "./meter.ts";
import type { LiveSyncOptions } from "./options.ts";
import { withoutOwn } from "./ownKeys.ts";
import { Progress } from "./progress.ts";
import { Rescans } from "./rescans.ts";
import { Sentinels } from "./sentinels.ts";
import { Server } from "./server.ts";
import { Tail } from "./tail.ts";
import { Watching } from "./watching.ts";

/** What a live copy is made of. */
export interface Parts {
  readonly duty: Duty;
  readonly source: Server;
  readonly target: Server;
  readonly lanes: Lanes;
  readonly watching: Watching;
  readonly guard: Guard;
  readonly dirty: DirtySet;
  readonly rescans: Rescans;
  readonly large: LargeKeys;
  readonly databases: Databases;
  readonly tail: Tail;
  readonly copier: Copier;
  readonly meter: Meter;
  readonly pace: Pace;
  readonly progress: Progress;
  readonly checkpoints: Checkpoints;
  readonly sentinels: Sentinels;
  carryPrograms(): Promise<void>;
}

/** What ends a live copy, and who is told. */
interface Ending {
  readonly signal: AbortSignal;
  fail(error: unknown): void;
}

/** Puts the parts of a live copy together. */
export function assemble(options: LiveSyncOptions, ending: Ending): Parts {
  const tell = () => progress.tell();
  const knowledge = nothingKnown(options, tell);
  const links = linksOf(options, ending, knowledge, () => checkpoints.save());
  const workers = workersOf(options, ending, { ...knowledge, ...links }, tell);
  const progress = new Progress({ ...knowledge, ...links, ...workers });
  const checkpoints = new Checkpoints({ ...knowledge, ...links, progress }, options.onCheckpoint);
  return { ...knowledge, ...links, ...workers, progress, checkpoints };
}

type Knowledge = Pick<Parts, "duty" | "dirty" | "rescans" | "meter" | "sentinels">;

function nothingKnown({ dirtyBounds, standby }: LiveSyncOptions, tell: () => void): Knowledge {
  const rescans = new Rescans();
  const dirty = new DirtySet(
    (ranges, since) => rescans.requestRanges(ranges, since, "too many changed keys"),
    dirtyBounds,
  );
  const duty = new Duty(standby ? "listening" : "applying");
  return { duty, rescans, dirty, meter: new Meter(), sentinels: new Sentinels(tell) };
}

type Links = Pick<Parts, "source" | "target" | "lanes" | "watching">;

function linksOf(
  options: LiveSyncOptions,
  { signal, fail }: Ending,
  { duty, dirty, rescans, sentinels }: Knowledge,
  save: () => Promise<void>,
): Links {
  const flushed = (db: number | undefined, why: string) => {
    if (duty.hears) rescans.request(db, why);
  };
  const everything = (why: string) => flushed(undefined, why);
  const source = new Server("source", options.source, () => {
    lanes.drop();
    watching.drop("the source is another server");
  });
  const target = new Server("target", options.target, () => {
    lanes.drop();
    everything("the target is another server");
  });
  const lanes = new Lanes({
    source,
    target,
    duty,
    signal,
    replaces: options.checkpoint?.lane,
    save,
  });
  const events = {
    changed: (db: number | undefined, keys: readonly Buffer[]) => {
      if (!duty.hears) return;
      dirty.add(db, withoutOwn(keys));
      sentinels.notice(keys);
    },
    flushed,
    missed: everything,
    refused: fail,
  };
  const watching = new Watching(source, watcherFor(options.tail ?? "auto"), events, signal);
  return { source, target, lanes, watching };
}

type Workers = Pick<
  Parts,
  "guard" | "large" | "databases" | "tail" | "copier" | "pace" | "carryPrograms"
>;

function workersOf(
  options: LiveSyncOptions,
  { signal, fail }: Ending,
  { duty, dirty, rescans, meter, source, target, lanes }: Knowledge & Links,
  onArrived: () => void,
): Workers {
  const { source: from, target: to } = options;
  const pace = startPace(from, options.throttle);
  const large = new LargeKeys(async (place) => {
    const copy = () => copyLarge(from, to, place, { pace, signal });
    await persist(() => duty.perform(copy), signal);
  }, fail);
  const carry = async () => {
    await persist(() => duty.perform(() => carryPrograms(from, to)), signal);
  };
  const guard = new Guard(source, target, {
    flushed: (why) => rescans.request(undefined, why),
    groupsChanged: () => rescans.requestStreams(),
    programsChanged: async () => {
      const carried = carry();
      carried.catch(fail);
      // Programs that are only noted are carried as soon as that is our duty again; a look does not wait for it.
      if (duty.now === "applying") await carried;
    },
  });
  const databases = new Databases(source, target);
  const tail = new Tail({ dirty, lanes, databases, large, meter, onArrived });
  const gate = new Gate(dirty, (db, keys) => lanes.copyFor(db, keys));
  const links = { source, target, lanes, gate };
  const copier = new Copier({ ...links, large, databases, meter, pace, signal });
  return { guard, large, databases, tail, copier, pace, carryPrograms: carry };
}
