import { encode, lower } from "./wire.ts";

/** A command that makes its client wait until something happens or a time has passed. */
export interface BlockingCommand {
  readonly args: readonly Buffer[];
  /** Milliseconds; 0 waits for ever. */
  readonly timeoutMs: number;
  /** WAIT and WAITAOF answer what they have when they are let go; the others answer nil. */
  readonly answersNil: boolean;
  /** Streams read from `$`, "what comes from now on": at which argument the key and its `$` stand. */
  readonly fromNow: readonly { readonly key: Buffer; readonly id: number }[];
  readonly timeoutAt: number;
}

interface Place {
  readonly at: number;
  readonly unit: "s" | "ms";
}

/** How `args` blocks; undefined when it does not (XREAD without BLOCK, or a syntax that the server will refuse). */
export function blockingCommand(args: readonly Buffer[]): BlockingCommand | undefined {
  const name = lower(args[0]);
  const place = timeoutPlace(name, args);
  const text = place && args[place.at]?.toString("latin1");
  if (place === undefined || text === undefined) return undefined;
  const value = Number(text);
  if (text === "" || !(value >= 0) || value === Infinity) return undefined;
  return {
    args: args.map((arg) => Buffer.from(arg)),
    timeoutMs: place.unit === "s" ? value * 1_000 : value,
    answersNil: !name.startsWith("wait"),
    fromNow: name === "xread" ? streamsFromNow(args) : [],
    timeoutAt: place.at,
  };
}

/**
 * The request again, with the time that remains and with `$` replaced by the ids (of `fromNow`, in its order) that
 * the streams had when the client was let go, so that nothing added since is missed.
 */
export function reissue(
  command: BlockingCommand,
  remainingMs: number,
  lastIds: readonly string[],
): Buffer {
  const args: (Buffer | string)[] = [...command.args];
  const inSeconds = timeoutPlace(lower(command.args[0]), command.args)?.unit === "s";
  if (command.timeoutMs > 0) {
    const ms = Math.max(1, Math.ceil(remainingMs));
    args[command.timeoutAt] = inSeconds ? (ms / 1_000).toFixed(3) : String(ms);
  }
  command.fromNow.forEach(({ id }, index) => (args[id] = lastIds[index] ?? "$"));
  return encode(args);
}

function timeoutPlace(name: string, args: readonly Buffer[]): Place | undefined {
  switch (name) {
    case "xread":
    case "xreadgroup": {
      const streams = args.findIndex((arg) => lower(arg) === "streams");
      const block = args.findIndex((arg) => lower(arg) === "block");
      return block > 0 && block < streams ? { at: block + 1, unit: "ms" } : undefined;
    }
    case "blmpop":
    case "bzmpop":
      return { at: 1, unit: "s" };
    case "wait":
    case "waitaof":
      return { at: args.length - 1, unit: "ms" };
    default:
      return args.length > 2 ? { at: args.length - 1, unit: "s" } : undefined;
  }
}

function streamsFromNow(args: readonly Buffer[]): { key: Buffer; id: number }[] {
  const first = args.findIndex((arg) => lower(arg) === "streams") + 1;
  const count = (args.length - first) / 2;
  return Array.from({ length: Math.floor(count) }, (_, index) => ({
    key: Buffer.from(args[first + index]!),
    id: first + count + index,
  })).filter(({ id }) => args[id]?.toString("latin1") === "$");
}
