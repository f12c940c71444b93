import { DirtySet } from "../dirty.ts";
import { carryPrograms } from "../functions.ts";
import { copyLarge, type KeyPlace } from "../large.ts";
import { startPace, type Pace } from "../pace.ts";
import { watcherFor } from "../watch/choose.ts";
import { persist } from "./backoff.ts";
import { Checkpoints } from "./checkpoints.ts";
import { Copier } from "./copier.ts";
import { Databases } from "./databases.ts";
import { Sentinels } from "./drain.ts";
import { Gate } from "./gate.ts";
import { Guard } from "./guard.ts";
import { Lanes } from "./lanes.ts";
import { LargeKeys } from "./largeKeys.ts";
import { Meter } from "./meter.ts";
import type { LiveSyncOptions } from "./options.ts";
import { Progress } from "./progress.ts";
import { Rescans } from "./rescans.ts";
import { Server } from "./server.ts";
import { Tail } from "./tail.ts";
import { Watching } from "./watching.ts";

/** What a live copy is made of. */
export interface Parts {
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

/** Puts the parts of a live copy together; `fail` is told of what ends it. */
export function assemble(
  options: LiveSyncOptions,
  signal: AbortSignal,
  fail: (error: unknown) => void,
): Parts {
  const { checkpoint } = options;
  const rescans = new Rescans();
  const dirty = new DirtySet(
    (ranges) => rescans.requestRanges(ranges, "too many changed keys"),
    options.dirtyBounds,
  );
  const meter = new Meter();
  const sentinels = new Sentinels();
  const source = new Server("source", options.source, () => {
    lanes.drop();
    watching.drop("the source is another server");
  });
  const target = new Server("target", options.target, () => {
    lanes.drop();
    checkpoints.missed();
    rescans.request(undefined, "the target is another server");
  });
  const lanes = new Lanes(source, target, signal, checkpoint?.lane);
  const watching = new Watching(
    source,
    watcherFor(options.tail ?? "auto"),
    {
      changed: (db, keys) => {
        dirty.add(db, keys);
        sentinels.notice(keys);
      },
      flushed: (db, why) => rescans.request(db, why),
      missed: (why) => {
        checkpoints.missed();
        rescans.request(undefined, why);
      },
      refused: fail,
    },
    signal,
  );
  const carry = async () => {
    await persist(() => carryPrograms(options.source, options.target), signal);
  };
  const guard = new Guard(source, target, {
    flushed: (why) => rescans.request(undefined, why),
    groupsChanged: () => rescans.requestStreams(),
    programsChanged: carry,
  });
  const pace = startPace(options.source, options.throttle);
  const copyPieces = async (place: KeyPlace) => {
    const { source: from, target: to } = options;
    await persist(() => copyLarge(from, to, place, { pace, signal }), signal);
  };
  const large = new LargeKeys(copyPieces, fail);
  const databases = new Databases(source, target);
  const gate = new Gate(dirty, (db, keys) => lanes.copyFor(db, keys));
  const copier = new Copier({
    source,
    target,
    lanes,
    gate,
    large,
    databases,
    meter,
    pace,
    signal,
  });
  const tail = new Tail({ dirty, lanes, databases, large, meter });
  const progress = new Progress({ dirty, rescans, large, watching });
  const checkpoints = new Checkpoints({ lanes, progress, rescans, watching });
  return {
    ...{ source, target, lanes, watching, guard, dirty, rescans, large, databases, tail, copier },
    ...{ meter, pace, progress, checkpoints, sentinels },
    carryPrograms: carry,
  };
}
