import type { Command } from "../../../../transfer/redis/connection.ts";
import type { Random } from "./random.ts";

const DATABASES = 16;
const NAMES = 250;
const MEMBERS = 40;

type Maker = (random: Random) => Command[];

/**
 * A name, binary for every fifth: names are shared by all types, so that types change and commands fail as they do in
 * life.
 */
export function nameOf(random: Random): Buffer {
  const number = random.below(NAMES);
  const suffix = number % 5 === 0 ? [0, 255, 13, 10, number] : [];
  return Buffer.concat([Buffer.from(`key:${number}`), Buffer.from(suffix)]);
}

const member = (random: Random) => `m${random.below(MEMBERS)}`;
const value = (random: Random) => "v".repeat(random.below(100)) + random.below(1_000_000);
const streamId = (random: Random) => `${1 + random.below(30)}-${random.below(3)}`;
const group = (random: Random) => `g${random.below(3)}`;
const consumer = (random: Random) => `c${random.below(3)}`;

/** A script that names its keys nowhere but in its body. */
const UNDECLARED = `
  redis.call('SET', 'key:' .. ARGV[1], ARGV[2])
  redis.call('RPUSH', 'made:' .. ARGV[1], ARGV[2])
  redis.call('PEXPIRE', 'made:' .. ARGV[1], 600000)
  return redis.call('DEL', 'key:' .. (ARGV[1] + 1))`;

const strings: Maker[] = [
  (r) => [["SET", nameOf(r), value(r)]],
  (r) => [["SET", nameOf(r), value(r), "PX", 1 + r.below(1_500)]],
  (r) => [["SET", nameOf(r), value(r), "KEEPTTL"]],
  (r) => [["APPEND", nameOf(r), value(r)]],
  (r) => [["INCRBY", nameOf(r), r.below(100)]],
  (r) => [["SETRANGE", nameOf(r), r.below(200), "xyz"]],
  (r) => [["GETDEL", nameOf(r)]],
  (r) => [["GETEX", nameOf(r), "EX", 1_000]],
  (r) => [["SETBIT", nameOf(r), r.below(1_000), 1]],
  (r) => [["MSET", nameOf(r), value(r), nameOf(r), value(r)]],
  (r) => [["PFADD", nameOf(r), member(r)]],
  (r) => [["PFMERGE", nameOf(r), nameOf(r), nameOf(r)]],
  (r) => [["PFCOUNT", nameOf(r)]],
  (r) => [["BITOP", "XOR", nameOf(r), nameOf(r), nameOf(r)]],
];

const hashes: Maker[] = [
  (r) => [["HSET", nameOf(r), member(r), value(r)]],
  (r) => [["HSET", nameOf(r), member(r), value(r), member(r), value(r)]],
  (r) => [["HDEL", nameOf(r), member(r), member(r)]],
  (r) => [["HINCRBY", nameOf(r), member(r), 3]],
  (r) => [["HINCRBYFLOAT", nameOf(r), member(r), "0.5"]],
];

const lists: Maker[] = [
  (r) => [["RPUSH", nameOf(r), value(r), value(r)]],
  (r) => [["LPUSH", nameOf(r), value(r)]],
  (r) => [["LPOP", nameOf(r), r.below(4)]],
  (r) => [["RPOP", nameOf(r)]],
  (r) => [["LMOVE", nameOf(r), nameOf(r), "LEFT", "RIGHT"]],
  (r) => [["LTRIM", nameOf(r), 0, 20]],
  (r) => [["LSET", nameOf(r), 0, value(r)]],
  (r) => [["LMPOP", 2, nameOf(r), nameOf(r), "LEFT"]],
  (r) => [["SORT", nameOf(r), "ALPHA", "STORE", nameOf(r)]],
];

const sets: Maker[] = [
  (r) => [["SADD", nameOf(r), member(r), member(r)]],
  (r) => [["SADD", nameOf(r), r.below(100)]],
  (r) => [["SREM", nameOf(r), member(r)]],
  (r) => [["SPOP", nameOf(r), 1]],
  (r) => [["SMOVE", nameOf(r), nameOf(r), member(r)]],
  (r) => [["SUNIONSTORE", nameOf(r), nameOf(r), nameOf(r)]],
  (r) => [["SDIFFSTORE", nameOf(r), nameOf(r), nameOf(r)]],
];

const sortedSets: Maker[] = [
  (r) => [["ZADD", nameOf(r), r.below(1_000) / 7, member(r)]],
  (r) => [["ZINCRBY", nameOf(r), 2.5, member(r)]],
  (r) => [["ZREM", nameOf(r), member(r)]],
  (r) => [["ZPOPMIN", nameOf(r)]],
  (r) => [["ZMPOP", 2, nameOf(r), nameOf(r), "MAX"]],
  (r) => [["ZUNIONSTORE", nameOf(r), 2, nameOf(r), nameOf(r)]],
  (r) => [["ZRANGESTORE", nameOf(r), nameOf(r), 0, 5]],
  (r) => [["GEOADD", nameOf(r), 13.36, 38.11, member(r)]],
  (r) => [["GEOSEARCHSTORE", nameOf(r), nameOf(r), ...around]],
  (r) => [["GEORADIUS", nameOf(r), 13, 38, 200, "km", "STORE", nameOf(r)]],
];
const around = ["FROMLONLAT", 13, 38, "BYRADIUS", 200, "km"] as const;

const streams: Maker[] = [
  (r) => [["XADD", nameOf(r), "*", "field", value(r)]],
  (r) => [["XADD", nameOf(r), `${1 + r.below(30)}-*`, "field", value(r)]],
  (r) => [["XADD", nameOf(r), `${1 + r.below(30)}-*`, "field", value(r)]],
  (r) => [["XADD", nameOf(r), "MAXLEN", 20, "*", "field", value(r)]],
  (r) => [["XGROUP", "CREATE", nameOf(r), group(r), "0", "MKSTREAM"]],
  (r) => [["XGROUP", "SETID", nameOf(r), group(r), streamId(r)]],
  (r) => [["XGROUP", "DESTROY", nameOf(r), group(r)]],
  (r) => [["XGROUP", "CREATECONSUMER", nameOf(r), group(r), consumer(r)]],
  (r) => [["XGROUP", "DELCONSUMER", nameOf(r), group(r), consumer(r)]],
  (r) => [readGroup(r)],
  (r) => [readGroup(r)],
  (r) => [["XACK", nameOf(r), group(r), streamId(r)]],
  (r) => [["XAUTOCLAIM", nameOf(r), group(r), consumer(r), 0, "0", "COUNT", 3]],
  (r) => [["XDEL", nameOf(r), streamId(r)]],
  (r) => [["XTRIM", nameOf(r), "MAXLEN", 10]],
];

function readGroup(r: Random): Command {
  return ["XREADGROUP", "GROUP", group(r), consumer(r), "COUNT", 2, "STREAMS", nameOf(r), ">"];
}

const anyType: Maker[] = [
  (r) => [["DEL", nameOf(r)]],
  (r) => [["UNLINK", nameOf(r), nameOf(r)]],
  (r) => [["PEXPIRE", nameOf(r), 1 + r.below(1_500)]],
  (r) => [["EXPIRE", nameOf(r), 3_600]],
  (r) => [["PERSIST", nameOf(r)]],
  (r) => [["RENAME", nameOf(r), nameOf(r)]],
  (r) => [["RENAMENX", nameOf(r), nameOf(r)]],
  (r) => [["COPY", nameOf(r), nameOf(r), "REPLACE"]],
  (r) => [["COPY", nameOf(r), nameOf(r), "DB", r.below(DATABASES), "REPLACE"]],
  (r) => [["MOVE", nameOf(r), r.below(DATABASES)]],
];

const programs: Maker[] = [
  (r) => [["EVAL", UNDECLARED, 0, r.below(NAMES), value(r)]],
  (r) => [["MULTI"], ["SET", nameOf(r), 1], ["LPUSH", nameOf(r), 2], ["DEL", nameOf(r)], ["EXEC"]],
];

/** Once in thousands: what changes whole databases. */
const upheavals: Maker[] = [
  (r) => [["FLUSHDB"], ["SET", nameOf(r), value(r)]],
  (r) => [["SWAPDB", r.below(DATABASES), r.below(DATABASES)]],
];

const families = [strings, hashes, lists, sets, sortedSets, streams, anyType];

/** About `count` commands over all types and databases, in the order of a single client. */
export function randomCommands(
  random: Random,
  count: number,
  withUpheavals?: "upheavals",
): Command[] {
  const commands: Command[] = [];
  while (commands.length < count) {
    const lot = random.below(20_000);
    if (lot < 6 && !withUpheavals) continue;
    if (lot < 5) commands.push(...random.oneOf(upheavals)(random));
    else if (lot === 5) commands.push(["FLUSHALL"]);
    else if (lot < 1_000) commands.push(["SELECT", random.below(DATABASES)]);
    else if (lot < 1_600) commands.push(...random.oneOf(programs)(random));
    else commands.push(...random.oneOf(random.oneOf(families))(random));
  }
  return commands;
}
