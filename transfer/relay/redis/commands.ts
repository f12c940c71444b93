/** What a command means for a relay. Whatever is not listed is plain: one request, one reply, nothing to carry over. */
export type Kind =
  | "multi"
  | "exec"
  | "discard"
  | "watch"
  | "unwatch"
  | "select"
  | "auth"
  | "hello"
  | "client"
  | "reset"
  | "blocking"
  | "subscribe"
  | "unsubscribe"
  | "monitor"
  | "replication"
  | "script";

const NAMES: Readonly<Record<Kind, readonly string[]>> = {
  multi: ["multi"],
  exec: ["exec"],
  discard: ["discard"],
  watch: ["watch"],
  unwatch: ["unwatch"],
  select: ["select"],
  auth: ["auth"],
  hello: ["hello"],
  client: ["client"],
  reset: ["reset"],
  // prettier-ignore
  blocking: ["blpop", "brpop", "brpoplpush", "blmove", "blmpop", "bzpopmin", "bzpopmax", "bzmpop", "xread", "xreadgroup", "wait", "waitaof"],
  subscribe: ["subscribe", "psubscribe", "ssubscribe"],
  unsubscribe: ["unsubscribe", "punsubscribe", "sunsubscribe"],
  monitor: ["monitor"],
  replication: ["sync", "psync", "replconf"],
  script: ["eval", "eval_ro", "evalsha", "evalsha_ro", "script"],
};

const KINDS = new Map<string, Kind>(
  (Object.keys(NAMES) as Kind[]).flatMap((kind) =>
    NAMES[kind].map((name): [string, Kind] => [name, kind]),
  ),
);

/** No command of interest is longer. */
export const LONGEST_NAME = 31;

/** Length, first and last letter of a name: enough to pass nearly every plain command without looking at it whole. */
function trait(length: number, first: number, last: number): number {
  return (length << 10) | ((first & 31) << 5) | (last & 31);
}

const maybe = new Uint8Array((LONGEST_NAME + 1) << 10);
for (const name of KINDS.keys())
  maybe[trait(name.length, name.charCodeAt(0), name.charCodeAt(name.length - 1))] = 1;

/** The kind of the command whose name lies at `at` (any case); undefined for a plain one. */
export function kindAt(data: Buffer, at: number, length: number): Kind | undefined {
  if (length === 0 || length > LONGEST_NAME) return undefined;
  if (maybe[trait(length, data[at]!, data[at + length - 1]!)] === 0) return undefined;
  return KINDS.get(data.toString("latin1", at, at + length).toLowerCase());
}
