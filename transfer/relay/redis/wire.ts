/** Bytes that Redis requests and replies begin with. */
export const sign = {
  array: 42,
  attribute: 124,
  blobError: 33,
  bulk: 36,
  error: 45,
  integer: 58,
  map: 37,
  null: 95,
  push: 62,
  set: 126,
  verbatim: 61,
} as const;

export const CR = 13;
export const LF = 10;

/** Nothing, without an allocation. */
export const EMPTY: Buffer = Buffer.alloc(0);

/** A command as a client would send it. */
export function encode(args: readonly (string | Buffer)[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${args.length}\r\n`)];
  for (const arg of args) {
    const value = typeof arg === "string" ? Buffer.from(arg) : arg;
    parts.push(Buffer.from(`$${value.length}\r\n`), value, Buffer.from("\r\n"));
  }
  return Buffer.concat(parts);
}

/** An argument as lower-case text, for options and subcommands. */
export function lower(arg: Buffer | undefined): string {
  return arg === undefined ? "" : arg.toString("latin1").toLowerCase();
}
