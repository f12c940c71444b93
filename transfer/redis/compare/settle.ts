import { setTimeout as delay } from "node:timers/promises";
import type { KeyPlace } from "../large.ts";
import { closeLook, type KeyDifference } from "./closeLook.ts";
import type { Servers } from "./servers.ts";

export interface SettleOptions {
  /** How long a difference must have stood still, on both sides, to count as one. */
  readonly settleMs: number;
  readonly toleranceMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Settled {
  readonly differing: readonly { readonly name: KeyPlace; readonly kind: KeyDifference }[];
  /** Keys that kept changing. */
  readonly changing: number;
}

/** A key that differed at its last look. */
interface Suspect {
  readonly name: KeyPlace;
  readonly kind?: KeyDifference;
  readonly fingerprint?: string;
  /** Since when neither side has changed. */
  readonly since: number;
}

/** A key that has been changing for so many times `settleMs` counts as changed since. */
const PATIENCE = 5;
const LOOKS_A_SETTLE = 4;
const KEYS_A_LOOK = 500;

/**
 * Tells keys of a live pair that differ from keys that were changed since: looks again, four times in `settleMs`,
 * until each is equal, has differed for `settleMs` without a change on either side, or has been changing for five
 * times as long.
 */
export async function settle(
  servers: Servers,
  names: readonly KeyPlace[],
  options: SettleOptions,
): Promise<Settled> {
  const { settleMs, signal } = options;
  const deadline = Date.now() + PATIENCE * settleMs;
  const differing: { name: KeyPlace; kind: KeyDifference }[] = [];
  let open: Suspect[] = names.map((name) => ({ name, since: Date.now() }));
  while (open.length > 0 && Date.now() < deadline) {
    const suspects = await lookAgain(servers, open, options);
    const [still, moving] = parted(suspects, ({ since }) => Date.now() - since >= settleMs);
    differing.push(...still.map(({ name, kind }) => ({ name, kind: kind! })));
    open = moving;
    if (open.length > 0) await delay(settleMs / LOOKS_A_SETTLE, undefined, { signal });
  }
  return { differing, changing: open.length };
}

/** One look at each; those that are equal now are left out. */
async function lookAgain(
  servers: Servers,
  suspects: readonly Suspect[],
  { toleranceMs, signal }: SettleOptions,
): Promise<Suspect[]> {
  const open: Suspect[] = [];
  for (const some of inOneDatabase(suspects, ({ name }) => name)) {
    signal?.throwIfAborted();
    const keys = some.map(({ name }) => name.key);
    const looks = await closeLook(servers, some[0]!.name.db, keys, toleranceMs);
    looks.forEach(({ kind, fingerprint }, i) => {
      const { name, since, fingerprint: before } = some[i]!;
      const still = before === fingerprint;
      if (kind) open.push({ name, kind, fingerprint, since: still ? since : Date.now() });
    });
  }
  return open;
}

/** Cuts keys into runs of one database, of bounded length. */
export function* inOneDatabase<T>(
  items: readonly T[],
  nameOf: (item: T) => KeyPlace,
): Generator<T[]> {
  let run: T[] = [];
  for (const item of items) {
    const full = run.length === KEYS_A_LOOK;
    if (run.length > 0 && (full || nameOf(run[0]!).db !== nameOf(item).db)) {
      yield run;
      run = [];
    }
    run.push(item);
  }
  if (run.length > 0) yield run;
}

function parted<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
