import { RedisConnection, type Command, type RedisAddress } from "./connection.ts";
import { onSide, RefusedError, sideError } from "./errors.ts";
import { openLane } from "./lane.ts";
import { partName } from "./large/parts.ts";
import { READERS, type Piece } from "./large/pieces.ts";
import { UNTHROTTLED, type Pace } from "./pace.ts";
import { RedisError, type Reply } from "./parser.ts";

export { isPart, removeParts } from "./large/parts.ts";

/** RESTORE's argument may not be longer: `proto-max-bulk-len`, whose default is 512 MB. */
export const LARGEST_WHOLE = 512 * 1024 * 1024;

export interface LargeOptions {
  readonly pace?: Pace | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface LargeResult {
  /** `removed`: the source has no such key any more. */
  readonly outcome: "copied" | "removed";
  /** Bytes of elements, or of the whole where it was copied whole. */
  readonly bytes: number;
}

/** A key and the database that it is in. */
export interface KeyPlace {
  readonly db: number;
  readonly key: Buffer;
}

/**
 * Copies one large key in pieces, so that neither server is blocked for more than a few milliseconds and no more than
 * two pieces are held: strings, lists, sets, hashes and sorted sets are put together under another name and then
 * renamed, with their expiry; streams and modules' types are copied whole, and refused above 512 MB.
 *
 * A value that changes meanwhile arrives as a mixture of before and after. So the caller must copy the key again if it
 * changed between the call and its resolving, and must not copy it in any other way, nor twice at once, before that.
 *
 * Rejects with `LinkError`, `RefusedError` or the signal's reason; the key on the target is then as it was, and its
 * unfinished part is removed if the target can still be reached (else by `removeParts`).
 */
export async function copyLarge(
  source: RedisAddress,
  target: RedisAddress,
  place: KeyPlace,
  options: LargeOptions = {},
): Promise<LargeResult> {
  const from = await onSide("source", RedisConnection.open(source));
  try {
    await onSide("source", from.ask("SELECT", place.db));
    for (;;) {
      const type = String(await onSide("source", from.ask("TYPE", place.key)));
      if (type === "none") return await remove(target, place);
      if (!READERS[type]) return await copyWhole(source, target, from, place);
      const result = await assemble({ from, target, place, type, options });
      if (result) return result;
    }
  } finally {
    from.close();
  }
}

interface Assembly {
  readonly from: RedisConnection;
  readonly target: RedisAddress;
  readonly place: KeyPlace;
  readonly type: string;
  readonly options: LargeOptions;
}

/** Undefined when the key became one of another type meanwhile. */
async function assemble(assembly: Assembly): Promise<LargeResult | undefined> {
  const { target, place } = assembly;
  const part = partName();
  const to = await openAt(target, place.db);
  try {
    const bytes = await copyPieces(assembly, to, part);
    const outcome = await putInPlace(assembly, to, part);
    return outcome && { outcome, bytes };
  } catch (error) {
    await removePart(to, target, place.db, part);
    if (error instanceof RefusedError && error.code === "WRONGTYPE") return undefined;
    throw error;
  } finally {
    to.close();
  }
}

/** Reads the next piece while the target takes the last one. */
async function copyPieces(
  { from, place, type, options: { pace = UNTHROTTLED, signal } }: Assembly,
  to: RedisConnection,
  part: Buffer,
): Promise<number> {
  let bytes = 0;
  let writing: Promise<unknown> = Promise.resolve();
  let began = performance.now();
  for await (const piece of onSource(READERS[type]!(from, place.key, part))) {
    await writing;
    bytes += piece.bytes;
    writing = piece.command ? onSide("target", to.ask(...piece.command)) : Promise.resolve();
    // Awaited with the next piece; until then it must not count as unhandled.
    writing.catch(() => undefined);
    await pace.rest(performance.now() - began, signal);
    began = performance.now();
  }
  await writing;
  return bytes;
}

async function* onSource(pieces: AsyncGenerator<Piece>): AsyncGenerator<Piece> {
  try {
    yield* pieces;
  } catch (error) {
    throw sideError("source", error);
  }
}

/** Gives the part its expiry and its name, at once for whoever reads the target. */
async function putInPlace(
  { from, place: { key }, type }: Assembly,
  to: RedisConnection,
  part: Buffer,
): Promise<"copied" | "removed" | undefined> {
  const expire = await onSide("source", expiryCommand(from, key, part));
  const typeNow = String(await onSide("source", from.ask("TYPE", key)));
  const exists = await onSide("target", to.ask("EXISTS", part));
  if (typeNow !== type || exists === 0) {
    await onSide("target", to.ask("UNLINK", part));
    return undefined;
  }
  const commands = [...expire, ["UNLINK", key], ["RENAME", part, key]];
  const replies = await onSide("target", transaction(to, commands));
  const renamed = replies.at(-1)!;
  if (!(renamed instanceof RedisError)) return "copied";
  // Its expiry passed meanwhile, and took the part along.
  if (renamed.message.includes("no such key")) return "removed";
  throw sideError("target", renamed);
}

/** Without PEXPIRETIME (before 7.0) the time left is told, and the expiry is late by a round trip. */
async function expiryCommand(
  from: RedisConnection,
  key: Buffer,
  part: Buffer,
): Promise<readonly Command[]> {
  const [at, left] = await from.batch([
    ["PEXPIRETIME", key],
    ["PTTL", key],
  ]);
  if (left instanceof RedisError) throw left;
  if (Number(left) < 0) return [];
  return [typeof at === "number" ? ["PEXPIREAT", part, at] : ["PEXPIRE", part, Number(left)]];
}

async function transaction(to: RedisConnection, commands: readonly Command[]): Promise<Reply[]> {
  const replies = await to.batch([["MULTI"], ...commands, ["EXEC"]]);
  const results = replies.at(-1)!;
  if (Array.isArray(results)) return results;
  throw replies.find((reply) => reply instanceof RedisError) ?? new Error("EXEC did nothing");
}

async function copyWhole(
  source: RedisAddress,
  target: RedisAddress,
  from: RedisConnection,
  { db, key }: KeyPlace,
): Promise<LargeResult> {
  const size = await from.send(["MEMORY", "USAGE", key]);
  if (Number(size) > LARGEST_WHOLE) throw tooLarge(Number(size));
  const lane = await openLane(source, target, { largeAbove: Infinity });
  try {
    const { bytes, copied, large } = await lane.copy(db, [key]);
    if (large.length > 0) throw tooLarge(LARGEST_WHOLE);
    return { outcome: copied > 0 ? "copied" : "removed", bytes };
  } finally {
    lane.close();
  }
}

function tooLarge(bytes: number): RefusedError {
  const size = `${Math.ceil(bytes / 1024 / 1024)} MiB`;
  return new RefusedError(
    "source",
    "TOO_LARGE",
    `a stream or a module's value of ${size} is larger than the 512 MB that one command may carry; trim it`,
  );
}

async function remove(target: RedisAddress, { db, key }: KeyPlace): Promise<LargeResult> {
  const to = await openAt(target, db);
  try {
    await onSide("target", to.ask("UNLINK", key));
    return { outcome: "removed", bytes: 0 };
  } finally {
    to.close();
  }
}

/** By the connection that wrote it, after all it wrote; by another where that one is lost. */
async function removePart(
  to: RedisConnection,
  target: RedisAddress,
  db: number,
  part: Buffer,
): Promise<void> {
  try {
    await to.ask("UNLINK", part);
  } catch {
    const other = await openAt(target, db).catch(() => undefined);
    // The error that brought us here is the one to report; `removeParts` finds what is left.
    await other?.ask("UNLINK", part).catch(() => undefined);
    other?.close();
  }
}

async function openAt(target: RedisAddress, db: number): Promise<RedisConnection> {
  const to = await onSide("target", RedisConnection.open(target));
  await onSide("target", to.ask("SELECT", db));
  return to;
}
