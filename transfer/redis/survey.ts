import { RedisConnection, type RedisAddress } from "./connection.ts";
import { onSide, sideError } from "./errors.ts";
import { startPace, type Pace, type Thresholds } from "./pace.ts";
import { scanServer } from "./scan.ts";
import { Census } from "./survey/census.ts";
import { obstaclesOf, type Obstacle } from "./survey/obstacles.ts";
import { hasDatabase, refusedCommands, restoreRefusal, tellsSizes } from "./survey/probes.ts";
import { clockAheadMs, serverFacts, type ServerFacts } from "./survey/server.ts";
import { Tally, type LargeKey } from "./survey/tally.ts";

export type { Obstacle } from "./survey/obstacles.ts";

/** Facts, and what stands in a live copy's way. Plain data; holds no key's name. */
export interface Survey {
  readonly source: ServerFacts;
  readonly target: ServerFacts;
  /** Keys looked at. */
  readonly keys: number;
  /** Memory that they take on the source. */
  readonly bytes: number;
  readonly types: Readonly<Record<string, number>>;
  readonly databases: Readonly<Record<number, number>>;
  readonly largeKeys: number;
  /** The largest of them. */
  readonly largest: readonly LargeKey[];
  /** By how much the target's clock is ahead of the source's. */
  readonly clockDifferenceMs: number;
  readonly obstacles: readonly Obstacle[];
}

export interface SurveyOptions {
  readonly signal?: AbortSignal | undefined;
  /** `false`: as fast as the source answers. */
  readonly throttle?: Partial<Thresholds> | false;
  onProgress?(keys: number): void;
}

/** Both of the servers' connections, for small questions. */
interface Pair {
  readonly source: RedisConnection;
  readonly target: RedisConnection;
}

/**
 * Finds out what must be known before a copy starts, reading only: every key's type and size, and on the target one
 * key of each type restored for a moment under a name of ours. Rejects with `LinkError` or `RefusedError` when one of
 * both cannot be reached, or with the signal's reason.
 */
export async function surveyServers(
  sourceAddress: RedisAddress,
  targetAddress: RedisAddress,
  options: SurveyOptions = {},
): Promise<Survey> {
  const opened: RedisConnection[] = [];
  const open = async (address: RedisAddress) => {
    const connection = await RedisConnection.open(address);
    opened.push(connection);
    return connection;
  };
  const pace = startPace(sourceAddress, options.throttle);
  try {
    const source = await onSide("source", open(sourceAddress));
    const target = await onSide("target", open(targetAddress));
    const counting = await onSide("source", open(sourceAddress));
    const refused = await onSide("source", refusedCommands(source));
    const tally = refused.length > 0 ? new Tally() : await count(source, counting, pace, options);
    return await conclude({ source, target }, tally, refused);
  } finally {
    pace.stop();
    for (const connection of opened) connection.close();
  }
}

/** Looks at one page while the next is scanned. */
async function count(
  source: RedisConnection,
  counting: RedisConnection,
  pace: Pace,
  { signal, onProgress }: SurveyOptions,
): Promise<Tally> {
  const tally = new Tally();
  const sizes = await onSide("source", tellsSizes(counting));
  const census = new Census(counting, sizes, (...key) => tally.add(...key));
  try {
    let began = performance.now();
    for await (const batch of scanServer(source)) {
      await census.ask(batch);
      onProgress?.(tally.keys);
      await pace.rest(performance.now() - began, signal);
      began = performance.now();
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw sideError("source", error);
  } finally {
    census.close();
  }
  return tally;
}

async function conclude(pair: Pair, tally: Tally, refused: readonly string[]): Promise<Survey> {
  const source = await onSide("source", serverFacts(pair.source));
  const target = await onSide("target", serverFacts(pair.target));
  const ahead = {
    source: await onSide("source", clockAheadMs(pair.source)),
    target: await onSide("target", clockAheadMs(pair.target)),
  };
  const clockDifferenceMs = Math.round(ahead.target - ahead.source);
  const findings = {
    source,
    target,
    tally,
    clockDifferenceMs,
    refusedCommands: refused,
    notRestorable: await notRestorable(pair, tally),
    missingDatabase: await missingDatabase(pair.target, tally),
  };
  const { keys, bytes, types, databases, largeKeys, largest } = tally;
  const counts = { keys, bytes, types, databases, largeKeys, largest };
  return { source, target, ...counts, clockDifferenceMs, obstacles: obstaclesOf(findings) };
}

async function notRestorable(pair: Pair, tally: Tally): Promise<Record<string, string>> {
  const refusals: Record<string, string> = {};
  for (const [type, sample] of tally.samples) {
    const refusal = await restoreRefusal(pair.source, pair.target, sample);
    if (refusal) refusals[type] = refusal;
  }
  return refusals;
}

async function missingDatabase(target: RedisConnection, tally: Tally): Promise<number | undefined> {
  const highest = Math.max(0, ...Object.keys(tally.databases).map(Number));
  return (await onSide("target", hasDatabase(target, highest))) ? undefined : highest;
}
