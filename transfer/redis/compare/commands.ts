/** Heads of commands whose one argument, the key, follows. */
export const EXISTS = Buffer.from("*2\r\n$6\r\nEXISTS\r\n");
export const DUMP = Buffer.from("*2\r\n$4\r\nDUMP\r\n");
export const PEXPIRETIME = Buffer.from("*2\r\n$11\r\nPEXPIRETIME\r\n");
export const PTTL = Buffer.from("*2\r\n$4\r\nPTTL\r\n");
export const MEMORY_USAGE = Buffer.from("*3\r\n$6\r\nMEMORY\r\n$5\r\nUSAGE\r\n");

export function selectCommand(db: number): Buffer {
  const number = String(db);
  return Buffer.from(`*2\r\n$6\r\nSELECT\r\n$${number.length}\r\n${number}\r\n`);
}

/** `EXISTS k1 … kn`, whose arguments follow. */
export function existsHead(keys: number): Buffer {
  return Buffer.from(`*${keys + 1}\r\n$6\r\nEXISTS\r\n`);
}
