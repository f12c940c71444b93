import type { Command } from "../connection.ts";
import { contentDigests, orThrow } from "../content.ts";
import { onSide } from "../errors.ts";
import { LARGE_ABOVE } from "../lane.ts";
import { expiriesAgree, parcels, sizesOf } from "./firstLook.ts";
import { KeyPage } from "./keyPage.ts";
import { compareLarge } from "./large.ts";
import { since7, type Server, type Servers } from "./servers.ts";

export type KeyDifference = "missing on target" | "only on target" | "value" | "expiry";

/** What a look by content has found of one key. */
export interface CloseLook {
  /** Undefined: it is the same on both sides. */
  readonly kind: KeyDifference | undefined;
  /** Another one at the next look: the key was changed meanwhile, on either side. */
  readonly fingerprint: string;
}

/** What PTTL says of a key that is not there. */
const GONE = -2;

/** When a key expires: -1 never, -2 there is no such key. */
interface Expiry {
  /** Unix time in ms; the time left where a server does not tell that. */
  readonly at: number;
  /** Stays the same as long as nobody sets another. */
  readonly mark: number;
  /** ms left. */
  readonly left: number;
}

/** Compares keys by what they hold, whatever their encoding: for the few whose bytes differ. */
export async function closeLook(
  servers: Servers,
  db: number,
  names: readonly Buffer[],
  toleranceMs: number,
): Promise<CloseLook[]> {
  const page = KeyPage.of(db, names);
  const [onSource, onTarget] = await Promise.all([
    sizesOf(servers.source, page),
    sizesOf(servers.target, page),
  ]);
  const size = (i: number) => Math.max(onSource[i]!, onTarget[i]!);
  const digests: [string, string][] = names.map(() => ["", ""]);
  for (const { keys } of parcels([...names.keys()], size)) {
    const large = keys.length === 1 && size(keys[0]!) > LARGE_ABOVE ? keys[0]! : undefined;
    if (large === undefined) await digestParcel(servers, db, names, keys, digests);
    else {
      const look = await compareLarge(servers, db, names[large]!, size(large));
      digests[large] = [look.source, look.target];
    }
  }
  const [source, target] = await Promise.all([
    onSide("source", expiriesOf(servers.source, db, names, since7(servers))),
    onSide("target", expiriesOf(servers.target, db, names, since7(servers))),
  ]);
  return names.map((_, i) => judge(digests[i]!, source[i]!, target[i]!, toleranceMs));
}

async function digestParcel(
  servers: Servers,
  db: number,
  names: readonly Buffer[],
  keys: readonly number[],
  digests: [string, string][],
): Promise<void> {
  const asked = keys.map((key) => names[key]!);
  const options = { since7: since7(servers) };
  const [source, target] = await Promise.all([
    onSide("source", contentDigests(servers.source.connection, db, asked, options)),
    onSide("target", contentDigests(servers.target.connection, db, asked, options)),
  ]);
  keys.forEach((key, i) => (digests[key] = [source[i]!, target[i]!]));
}

/** Asked after the content, so that what expired while it was read counts as gone. */
async function expiriesOf(
  { connection }: Server,
  db: number,
  names: readonly Buffer[],
  absolute: boolean,
): Promise<Expiry[]> {
  const commands: Command[] = [["SELECT", db]];
  for (const name of names) {
    commands.push([absolute ? "PEXPIRETIME" : "PTTL", name], ["PTTL", name]);
  }
  const [, ...replies] = (await connection.batch(commands)).map(orThrow) as number[];
  return names.map((_, i) => {
    const [at, left] = [replies[2 * i]!, replies[2 * i + 1]!];
    return { at, left, mark: absolute ? at : Math.min(at, 0) };
  });
}

function judge(
  digests: readonly [string, string],
  source: Expiry,
  target: Expiry,
  toleranceMs: number,
): CloseLook {
  const kind = kindOf(digests, source, target, toleranceMs);
  return { kind, fingerprint: [...digests, source.mark, target.mark].join(" ") };
}

function kindOf(
  [onSource, onTarget]: readonly [string, string],
  source: Expiry,
  target: Expiry,
  toleranceMs: number,
): KeyDifference | undefined {
  // One side may be a little ahead in letting a key expire.
  const ending = ({ left }: Expiry) => left >= 0 && left <= toleranceMs;
  const gone = ({ left }: Expiry) => left === GONE;
  if (gone(source)) return gone(target) || ending(target) ? undefined : "only on target";
  if (gone(target)) return ending(source) ? undefined : "missing on target";
  if (onSource !== onTarget) return "value";
  return expiriesAgree(source.at, target.at, toleranceMs) ? undefined : "expiry";
}
