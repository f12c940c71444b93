import { Random } from "./random.ts";

type Argument = string | number | Buffer;
export type Command = readonly [name: string, ...args: Argument[]];

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
/** Every so many keys one has an expiry, one lies in database 1, and one has a binary name. */
const EXPIRING = 5;
const OTHER_DATABASE = 50;
const BINARY = 20;

export interface KeyspaceOptions {
  readonly keys: number;
  readonly valueBytes: number;
  readonly seed: number;
  /** Expiries are counted from here, in ms since the epoch. */
  readonly now: number;
}

/**
 * The commands that make a keyspace as an application leaves it: all data types, a fifth of the keys expiring
 * within minutes to days, a few in database 1, some with binary names. The same for the same options.
 */
export function* keyspace(options: KeyspaceOptions): Generator<Command> {
  const random = new Random(options.seed);
  const others: number[] = [];
  for (let n = 0; n < options.keys; n++) {
    if (n % OTHER_DATABASE === OTHER_DATABASE - 1) others.push(n);
    else yield* keyCommands(n, random, options);
  }
  yield ["SELECT", 1];
  for (const n of others) yield* keyCommands(n, random, options);
  yield ["SELECT", 0];
}

type Maker = (key: Argument, random: Random, valueBytes: number) => Generator<Command>;

/** How many of a hundred keys are of which type. */
const MIX: readonly (readonly [share: number, prefix: string, make: Maker])[] = [
  [50, "cache", strings],
  [20, "profile", hashes],
  [10, "feed", lists],
  [8, "followers", sets],
  [8, "ranking", sortedSets],
  [4, "events", streams],
];

function* keyCommands(n: number, random: Random, options: KeyspaceOptions): Generator<Command> {
  const [prefix, make] = kindAt(random.between(0, 99));
  const name = `${prefix}:${n}`;
  const key = n % BINARY === 9 ? Buffer.concat([Buffer.from(`${name}:`), random.bytes(6)]) : name;
  yield* make(key, random, options.valueBytes);
  if (n % EXPIRING === EXPIRING - 1) yield ["PEXPIREAT", key, options.now + ttl(random)];
}

function kindAt(percent: number): readonly [string, Maker] {
  let upTo = 0;
  for (const [share, prefix, make] of MIX) {
    upTo += share;
    if (percent < upTo) return [prefix, make];
  }
  return ["cache", strings];
}

/** From a quarter of an hour, so that none ends during a rehearsal, to a week; short ones are more common. */
function ttl(random: Random): number {
  return Math.round(15 * MINUTE_MS + random.next() ** 3 * 7 * DAY_MS);
}

function* strings(key: Argument, random: Random, valueBytes: number): Generator<Command> {
  const length = random.between(Math.ceil(valueBytes / 2), valueBytes * 1.5);
  yield ["SET", key, random.between(0, 9) === 0 ? random.bytes(length) : random.text(length)];
}

function* hashes(key: Argument, random: Random, valueBytes: number): Generator<Command> {
  const fields = repeat(random.between(2, 12), (i) => [`field${i}`, element(random, valueBytes)]);
  yield ["HSET", key, ...fields.flat()];
}

function* lists(key: Argument, random: Random, valueBytes: number): Generator<Command> {
  yield ["RPUSH", key, ...repeat(random.between(1, 20), () => element(random, valueBytes))];
}

function* sets(key: Argument, random: Random): Generator<Command> {
  yield ["SADD", key, ...repeat(random.between(1, 20), () => random.between(1, 1_000_000))];
}

function* sortedSets(key: Argument, random: Random): Generator<Command> {
  const members = repeat(random.between(1, 20), (i) => [
    random.between(0, 10_000) / 4,
    `user:${random.between(1, 1_000_000)}:${i}`,
  ]);
  yield ["ZADD", key, ...members.flat()];
}

/** With a consumer group of which one consumer has entries it has not acknowledged. */
function* streams(key: Argument, random: Random, valueBytes: number): Generator<Command> {
  const entries = random.between(1, 8);
  for (let i = 1; i <= entries; i++) {
    yield ["XADD", key, `${1_700_000_000_000 + i}-0`, "body", element(random, valueBytes)];
  }
  yield ["XGROUP", "CREATE", key, "workers", "0"];
  yield [
    "XREADGROUP",
    "GROUP",
    "workers",
    "worker-1",
    "COUNT",
    Math.ceil(entries / 2),
    "STREAMS",
    key,
    ">",
  ];
  yield ["XACK", key, "workers", "1700000000001-0"];
}

const element = (random: Random, valueBytes: number) =>
  random.text(Math.max(4, Math.ceil(valueBytes / 10)));

const repeat = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
