type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Structured logs: one JSON object a line. */
export interface Log {
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

/** A log that writes to `out`, standard output unless told otherwise. */
export function createLog(out: NodeJS.WritableStream = process.stdout): Log {
  const write = (level: string) => (message: string, fields?: Fields) => {
    out.write(JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }) + "\n");
  };
  return { info: write("INFO"), warn: write("WARN"), error: write("ERROR") };
}

const DIGEST_MS = 1_000;

/** Logs an error at once and the same one no more than once a second, with how many there were. */
export function errorDigest(log: Log, message: string): (error: Error) => void {
  const pending = new Map<string, number>();
  return (error) => {
    const count = pending.get(error.message);
    if (count !== undefined) {
      pending.set(error.message, count + 1);
      return;
    }
    log.error(message, { error: error.message });
    pending.set(error.message, 0);
    setTimeout(() => {
      const more = pending.get(error.message)!;
      pending.delete(error.message);
      if (more > 0) log.error(message, { error: error.message, more });
    }, DIGEST_MS).unref();
  };
}
